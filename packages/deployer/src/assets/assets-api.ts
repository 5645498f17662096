/** An upload session: which files Cloudflare lacks. */
export interface AssetSession {
  /** Authorises the uploads, for one hour; with no bucket it is the completion token itself. */
  readonly jwt: string;
  /** Hashes of missing files, grouped into requests. */
  readonly buckets: readonly (readonly string[])[];
}

/** A file in an upload. */
export interface AssetFile {
  readonly hash: string;
  readonly content: Uint8Array;
  /** `application/null` means: serve without a content type. */
  readonly contentType: string;
}

/** The API calls an asset upload needs; the cloudflare room makes them. Every method throws an ApiError. */
export interface AssetsApi {
  /** `POST …/assets-upload-session` with `{manifest}`. */
  createSession(manifest: Readonly<Record<string, { hash: string; size: number }>>): Promise<AssetSession>;
  /**
   * `POST …/assets/upload?base64=true`: one part per file, named by its hash, with the content in base64. The answer to
   * the last missing file has the completion token.
   */
  uploadBucket(jwt: string, files: readonly AssetFile[]): Promise<{ readonly jwt?: string | undefined }>;
  /** `POST …/assets/upload/{hash}` with the content as it is; for sessions that ask for it. */
  uploadSingle?(jwt: string, file: AssetFile): Promise<{ readonly jwt?: string | undefined }>;
}
