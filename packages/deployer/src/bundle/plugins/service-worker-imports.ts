import type { PartialMessage } from 'esbuild';

/** The error of an import of a runtime module from a file that is built as a service worker. */
export function serviceWorkerImportError(specifier: string): PartialMessage {
  return {
    text:
      `"${specifier}" cannot be imported: the entry has no default export, so it is built as a service worker, which ` +
      `has no imports.`,
    notes: [
      {
        text: 'Add `export default { … }` to the entry to make it an ES module Worker.',
      },
    ],
  };
}
