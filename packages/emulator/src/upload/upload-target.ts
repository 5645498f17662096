/** Where an upload goes. */
export interface UploadTarget {
  scriptName: string;
  dispatchNamespace: string | null;
  /** `script`: replaces and deploys at once. `version`: only stores a version. */
  mode: 'script' | 'version';
}
