/** One module of an upload. Part name and file name in the form are both `name`. */
export interface BundleModule {
  readonly name: string;
  readonly contentType:
    | 'application/javascript+module'
    | 'application/javascript'
    | 'application/wasm'
    | 'text/plain'
    | 'application/octet-stream'
    | 'application/source-map'
    | 'text/x-python';
  readonly bytes: Uint8Array;
}

/** A file that the bundle was made from and how many bytes of it are in the output; 0 when all of it was dropped. */
export interface BundleInput {
  /** Relative to the folder of the build (`buildBaseDir`), with `/`; `node_modules/…` for packages. */
  readonly path: string;
  readonly bytes: number;
}

/** What is uploaded, and what is known about it. */
export interface Bundle {
  readonly format: 'modules' | 'service-worker';
  /** Name of the entry module. */
  readonly mainModule: string;
  /** Entry first, then the collected modules by name (a service worker's: those its file binds first). No source maps. */
  readonly modules: readonly BundleModule[];
  /** `<module>.map` parts that go up with it (empty when not uploaded). */
  readonly sourceMaps: readonly BundleModule[];
  /** The entry's map (JSON text), always kept locally to map stack traces; null without a build. */
  readonly localSourceMap: string | null;
  /** Bindings that only the bundle knows: wasm_module, text_blob, data_blob of service-worker format. */
  readonly bindings: readonly { readonly type: string; readonly name: string; readonly part: string }[];
  /** SHA-256 hex over names, types and bytes of all modules. Same inputs: same digest, on any machine and path. */
  readonly digest: string;
  /** Names the entry exports, `default` included; empty for service-worker format. Without a build, `export *` is not
   * followed. */
  readonly exports: readonly string[];
  /** Largest first. */
  readonly inputs: readonly BundleInput[];
  /** Bytes: sum of modules, and gzip of their concatenation. */
  readonly size: { readonly raw: number; readonly gzip: number };
  /** What the user should know (a rule dropped, a Node builtin without compatibility). */
  readonly warnings: readonly string[];
}
