import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { beginsWithNone } from './begins-with-none.ts';

/** Those of the texts that esbuild finds to match; its expressions are not JavaScript's. */
async function matching(expression: RegExp, texts: readonly string[]): Promise<string[]> {
  const asked: string[] = [];
  await build({
    stdin: { contents: texts.map((text) => `import ${JSON.stringify(text)};`).join('\n') },
    bundle: true,
    write: false,
    plugins: [
      {
        name: 'asks',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: expression }, ({ path, kind }) => {
            if (kind === 'import-statement') asked.push(path);
            return null;
          });
          onResolve({ filter: /.*/ }, ({ path }) => ({ path, namespace: 'none' }));
          onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: '' }));
        },
      },
    ],
  });
  return asked.toSorted();
}

it.each([
  ['nothing', [], [], ['/a', 'a']],
  ['what begins every text', [''], ['/a', 'a'], []],
  [
    'a folder',
    ['/work/repo/'],
    ['/work/repo/', '/work/repo/a.ts'],
    ['/work/repo', '/work/rep', '/work/repos/a', '/', '/work/Repo/a', 'work/repo/a', '/work/a/work/repo/b'],
  ],
  [
    'folders with the same beginning',
    ['/work/repo/', '/work/node_modules/', '/work/repository/'],
    ['/work/repo/a', '/work/node_modules/a', '/work/repository/a'],
    ['/work/repos/a', '/work/repositor/a', '/work/node/a', '/workers/repo/a'],
  ],
  ['a folder in another', ['/a/', '/a/b/'], ['/a/c', '/a/b/c'], ['/b/a/', '/ab']],
  ['a folder of Windows', ['C:\\repo\\'], ['C:\\repo\\a'], ['C:\\repos\\a', 'C:/repo/a', 'D:\\repo\\a']],
  [
    'signs that mean something in an expression',
    ['/a.b[c]^-]/', '/d-f/'],
    ['/a.b[c]^-]/d', '/d-f/'],
    ['/axb[c]^-]/d', '/a.b[c]^-', '/e/', '/d.f/'],
  ],
  [
    'signs of more than one unit',
    ['/größe 😀/'],
    ['/größe 😀/a'],
    ['/größe 😁/a', '/grosse 😀/a', '/größe 😀\n/a'],
  ],
  ['very many folders', [`/${'a/'.repeat(400)}`], [], ['/a/b', `/${'a/'.repeat(400)}`]],
] as const)('matches what does not begin with %s', async (_, beginnings, inside, outside) => {
  const found = await matching(beginsWithNone(beginnings), [...inside, ...outside]);
  expect(found).toEqual(outside.toSorted());
});
