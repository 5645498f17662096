/** A file name may have 255 bytes on common file systems; tenant, environment and a time share it. */
const LONGEST = 100;

/**
 * A tenant's or environment's name as part of a file name. An environment is called as its file or a command line
 * pleases, `../../x` too: what could leave the folder, or is no part of a file name somewhere, becomes `_`.
 */
export function fileNamePart(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '_').slice(0, LONGEST);
}
