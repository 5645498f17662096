import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** The rooms, from the ground up: a room may look into those before it, never into those after it. */
const ROOMS = [
  'text',
  'security',
  'transport',
  'findings',
  'documents',
  'shapes',
  'project',
  'tenants',
  'bindings',
  'resolve',
  'assets',
  'bundle',
  'cloudflare',
  'credentials',
  'health',
  'sections',
  'records',
  'store',
  'artifacts',
  'session',
  'plan',
  'apply',
  'teardown',
  'commands',
  'releases',
  'life',
  'entry',
];

interface SourceFile {
  /** Relative to `src`, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

async function sources(): Promise<readonly SourceFile[]> {
  const entries = await readdir(SRC, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name));
  return Promise.all(
    files.map(async (entry) => {
      const file = join(entry.parentPath, entry.name);
      const text = await readFile(file, 'utf8');
      const imports = [...text.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)].map(
        (match) => match[1] ?? match[2] ?? '',
      );
      return { path: relative(SRC, file).split(sep).join('/'), text, imports };
    }),
  );
}

test('rooms only look into the rooms below them', async () => {
  const wrong = (await sources()).flatMap(({ path, imports }) => {
    const [room = ''] = path.split('/');
    if (!path.includes('/')) return [];
    return imports
      .filter((name) => name.startsWith('.'))
      .map((name) => posix.normalize(posix.join(dirname(path), name)))
      .filter((target) => {
        const [other = ''] = target.split('/');
        return target.includes('/') && ROOMS.indexOf(other) > ROOMS.indexOf(room);
      })
      .map((target) => `${path} → ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('no room knows the library as its callers see it', async () => {
  const knowing = (await sources())
    .filter(({ path }) => path.includes('/'))
    .filter(({ imports }) => imports.some((name) => /^(\.\.\/)+index\.ts$/.test(name)))
    .map(({ path }) => `${path}: take the type from the file that makes it`);
  expect(knowing).toEqual([]);
});

test('every room is listed', async () => {
  const rooms = new Set(
    (await sources()).filter(({ path }) => path.includes('/')).map(({ path }) => path.split('/')[0]),
  );
  expect([...rooms].toSorted()).toEqual(ROOMS.toSorted());
});

test('the SDK is made in one place, and the library knows nothing of the emulator', async () => {
  const files = await sources();
  const importing = (pattern: RegExp): string[] =>
    files.filter(({ imports }) => imports.some((name) => pattern.test(name))).map(({ path }) => path);
  expect(importing(/^cloudflare\/tree-shakable$/)).toEqual(['cloudflare/client/sdk.ts']);
  expect(importing(/^cloudflare(\/|$)/).toSorted()).toEqual([
    'cloudflare/client/attempt.ts',
    'cloudflare/client/client.ts',
    'cloudflare/client/sdk.ts',
  ]);
  expect(importing(/emulator/)).toEqual([]);
});

test('secrets are opened in few places, and nothing is exported wholesale or printed', async () => {
  const files = await sources();
  const containing = (pattern: RegExp): string[] =>
    files
      .filter(({ text }) => pattern.test(text))
      .map(({ path }) => path)
      .toSorted();
  expect(containing(/\.open\(\)/)).toEqual([
    'apply/check-health.ts',
    'apply/upload-metadata.ts',
    'cloudflare/client/attempt.ts',
    'cloudflare/client/client.ts',
    'cloudflare/secrets.ts',
    'commands/secrets.ts',
    'security/redact.ts',
    'session/budgets.ts',
    'session/world.ts',
    'store/sqlite-ledger.ts',
  ]);
  expect(containing(/^export \*|^\s*console\./m)).toEqual([]);
});
