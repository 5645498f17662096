import { readFile } from 'node:fs/promises';
import { ERROR_CODES } from '@cf-deploy/deployer';
import { format, resolveConfig } from 'prettier';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const repository = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

describe('docs/errors.md', () => {
  // `npm run generate` writes it anew.
  it('lists every error code', async () => {
    const rows = Object.entries(ERROR_CODES).map(
      ([code, { exitCode, meaning }]) => `| \`${code}\` | ${exitCode} | ${meaning.replaceAll('|', '\\|')} |`,
    );
    const text = [
      '# Errors',
      '',
      '<!-- Generated from packages/deployer/src/error-codes.ts by packages/cli/test/generated-documents.test.ts. -->',
      '',
      'Every error has a stable code; scripts may match on it. `--json` has it in `error.code`, or in the `error` of a',
      'tenant’s result. The message says what happened and where, the hint what to do next.',
      '',
      'Exit status 1: the operation failed. 3: wrong input or configuration, and nothing was sent. 4: credentials. A run',
      'over many tenants that failed for different reasons, or after something was changed, exits with 1. 2 is no error:',
      'differences were found. Nor is what could not be compared: `drift` and `plan` exit with 1 when nothing',
      'else differs, without an `error`; in `--json` the `outcome` of drift is `unknown` then.',
      '',
      '| Code | Exit | Meaning |',
      '| --- | --- | --- |',
      ...rows,
      '',
    ].join('\n');
    const options = await resolveConfig(repository('docs/errors.md'));
    const formatted = await format(text, { ...options, parser: 'markdown' });
    await expect(formatted).toMatchFileSnapshot(repository('docs/errors.md'));
  });
});

describe('docs/dependencies.md', () => {
  it('says of every dependency why it is there, and names none that is not', async () => {
    const packages = ['.', 'packages/deployer', 'packages/cli', 'packages/emulator', 'packages/worker-api'];
    const wanted = new Set<string>();
    for (const folder of packages) {
      const manifest = JSON.parse(await readFile(repository(`${folder}/package.json`), 'utf8')) as Record<
        string,
        Record<string, string> | undefined
      >;
      for (const field of ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']) {
        for (const name of Object.keys(manifest[field] ?? {})) wanted.add(name);
      }
    }
    const text = await readFile(repository('docs/dependencies.md'), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const named = new Set(
      rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, n = '']) => n)),
    );
    expect([...wanted].filter((name) => !named.has(name))).toEqual([]);
    expect([...named].filter((name) => !wanted.has(name))).toEqual([]);
  });
});

describe('docs', () => {
  it('link only to files that exist', async () => {
    const { readdir } = await import('node:fs/promises');
    const documents = [
      'README.md',
      ...(await readdir(repository('docs'), { recursive: true })).map((name) => `docs/${name}`),
    ];
    const broken: string[] = [];
    for (const document of documents.filter((name) => name.endsWith('.md'))) {
      const text = await readFile(repository(document), 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)) {
        const path = fileURLToPath(new URL(target, `file://${repository(document)}`));
        await readFile(path).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'EISDIR') broken.push(`${document}: ${target}`);
        });
      }
    }
    expect(broken).toEqual([]);
  });
});
