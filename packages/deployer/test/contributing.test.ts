import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Sources below a folder, without tests unless asked for, relative to the root. */
const sources = (folder: string, wanted = /(?<!\.test)\.ts$/): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => wanted.test(name))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);

/** What every file of a folder that holds one of a kind must be listed in. */
const LISTS = [
  {
    what: 'kind of binding',
    folder: 'packages/deployer/src/bindings',
    holds: /= (defineBinding|singleton\w*)\(|: BindingModule = \{/,
    list: 'packages/deployer/src/bindings/registry.ts',
  },
  {
    what: 'part of a Worker',
    folder: 'packages/deployer/src/sections/parts',
    holds: /= defineSection(<|\()/,
    list: 'packages/deployer/src/sections/registry.ts',
  },
  {
    what: 'rule',
    folder: 'packages/deployer/src/resolve/rules',
    holds: /^export const \w+: Rule = /m,
    list: 'packages/deployer/src/resolve/rules/registry.ts',
  },
  {
    what: 'kind of binding of the emulator',
    folder: 'packages/emulator/src/bindings',
    holds: /^export const \w+Binding: BindingKind = /m,
    list: 'packages/emulator/src/bindings/registry.ts',
  },
  {
    what: 'resource of the emulator',
    folder: 'packages/emulator/src/resources',
    holds: /^export const \w+: Resource = /m,
    list: 'packages/emulator/src/api/endpoints.ts',
  },
  {
    what: 'command',
    folder: 'packages/cli/src/commands',
    holds: /^export const \w+: CommandModule = /m,
    list: 'packages/cli/src/registry.ts',
  },
] as const;

describe('CONTRIBUTING.md', () => {
  it('names only what is there', () => {
    const named = [...read('CONTRIBUTING.md').matchAll(/`((?:packages|docs)\/[\w./-]+)`|\]\(([\w./-]+)\)/g)];
    const paths = named.map((match) => match[1] ?? match[2] ?? '');
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('names only scripts of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
    const named = [...read('CONTRIBUTING.md').matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it.each(LISTS)('has every $what in its list', ({ what, folder, holds, list }) => {
    const listed = read(list);
    const all = sources(folder).filter((path) => path !== list && holds.test(read(path)));
    expect(all.length).toBeGreaterThan(3);
    const forgotten = all
      .filter((path) => !listed.includes(`/${basename(path)}'`))
      .map((path) => `${path} holds a ${what} that nothing uses: add a line to ${list}.`);
    expect(forgotten).toEqual([]);
  });

  it('has a case for every rule', () => {
    const cases = ['packages/deployer/test', 'packages/deployer/src/resolve']
      .flatMap((folder) => sources(folder, /\.ts$/))
      .filter((path) => path.startsWith('packages/deployer/test/') || path.endsWith('.test.ts'))
      .map(read)
      .join('\n');
    const untried = sources('packages/deployer/src/resolve/rules')
      .filter((path) => /^export const \w+: Rule = /m.test(read(path)))
      .filter((path) => {
        const codes = [...read(path).matchAll(/code: '([\w-]+)'/g)].map((match) => match[1] ?? '');
        return !codes.some((code) => new RegExp(`(?<![\\w-])${code}(?![\\w-])`).test(cases));
      })
      .map(
        (path) =>
          `No test has a finding of ${path}: add a row to packages/deployer/test/config/rules.test.ts.`,
      );
    expect(untried).toEqual([]);
  });

  it('has a summary and an example in every command', () => {
    const wanting = sources('packages/cli/src/commands')
      .filter((path) => /: CommandModule = \{/.test(read(path)))
      .filter((path) => !/^ {2}summary: /m.test(read(path)) || !/^ {2}examples: \[/m.test(read(path)))
      .map((path) => `${path} lacks a summary or examples, which --help shows.`);
    expect(wanting).toEqual([]);
  });

  it('has every binding that can be uploaded served, or refused by name, in the emulator', () => {
    const served = read('packages/emulator/src/bindings/registry.ts');
    const missing = [
      ...read('packages/deployer/src/bindings/registry.ts').matchAll(/^ {2}(\w+)(?:: \w+)?,$/gm),
    ]
      .map((match) => match[1] ?? '')
      .filter((type) => type !== 'unsafe' && !new RegExp(`\\b${type}\\b`).test(served))
      .map((type) => `The emulator does not know ${type}: add a file to packages/emulator/src/bindings.`);
    expect(missing).toEqual([]);
  });
});
