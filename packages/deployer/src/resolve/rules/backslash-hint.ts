/** What to do about a path written as on Windows, which other systems take for one long name; undefined without one. */
export function backslashHint(path: string): string | undefined {
  if (!path.includes('\\')) return undefined;
  return `Write paths with "/", which works on every system: "${path.replaceAll('\\', '/')}".`;
}
