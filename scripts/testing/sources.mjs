import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PACKAGES = new URL('../../packages/', import.meta.url);

/**
 * What the packages of this repository are imported by, and the source of each, as their `package.json` pairs them. Tests
 * run the sources, so a test run needs no build and cannot test a stale one.
 */
export const SOURCES = Object.fromEntries(
  readdirSync(PACKAGES).flatMap((folder) => {
    const { name, exports = {} } = JSON.parse(
      readFileSync(new URL(`${folder}/package.json`, PACKAGES), 'utf8'),
    );
    return Object.entries(exports).map(([path, { default: built }]) => [
      `${name}${path.slice(1)}`,
      fileURLToPath(new URL(built.replace(/^\.\/dist\/(.*)\.js$/, `${folder}/src/$1.ts`), PACKAGES)),
    ]);
  }),
);
