/** One kept text, and when it was last needed. */
export interface KeptFile {
  readonly key: string;
  /** Last written or noted as needed, ms since 1970. */
  readonly at: number;
}

/**
 * Where the texts of artifacts are: a folder, a bucket. A key is made of its content's digest, so the same key always has
 * the same text, and writing it twice is the same as once.
 */
export interface ArtifactFiles {
  /** Keeps a text, whole or not at all; it counts as needed now. */
  write(key: string, text: string): Promise<void>;
  /** Notes that it is needed now; false when it is not there, or when only writing it again can note it. */
  touch(key: string): Promise<boolean>;
  /** Null when there is none. */
  read(key: string): Promise<string | null>;
  /** Those whose key begins so, in any order. */
  list(prefix: string): Promise<readonly KeptFile[]>;
  /** One that is not there is no error. */
  remove(key: string): Promise<void>;
}
