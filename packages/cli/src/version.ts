import { readFileSync } from 'node:fs';

/** Version of this package, from its package.json. */
export function readVersion(): string {
  // The built files lie beside `src/`, at the same depth.
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
