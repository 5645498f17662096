import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleWorker } from '../../src/bundle/bundle-worker.ts';
import type { Bundle } from '../../src/bundle/bundle.ts';
import type { BuildOptions } from '../../src/resolve/resolved-worker.ts';
import { buildContext, buildOptions, caseBuild, caseProject, project, readCase } from './support.ts';

async function build(files: Record<string, string>, options: Partial<BuildOptions> = {}): Promise<Bundle> {
  const folder = await project(files);
  const main = path.join(folder, files['src/index.js'] === undefined ? 'src/index.ts' : 'src/index.js');
  return bundleWorker(buildOptions(folder, { main, ...options }), buildContext(folder));
}

const names = (bundle: Bundle): string[] => bundle.modules.map(({ name }) => name);
const SCRIPTS = { type: 'ESModule' as const, globs: ['**/*.js'], fallthrough: null };

describe('modules', () => {
  it('of equal names and different content are refused when names are preserved', async () => {
    const files = {
      'src/index.ts': `import a from './note.txt'; import b from './deep/b'; export default { a, b };`,
      'src/note.txt': 'one',
      'src/deep/b.ts': `import b from './note.txt'; export default b;`,
      'src/deep/note.txt': 'two',
    };
    expect(names(await build(files))).toHaveLength(3);
    await expect(build(files, { preserveFileNames: true })).rejects.toThrow('Two different files');
  });

  it('come in the same order whatever the order esbuild finds them in', async () => {
    const texts = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`src/t${index}.txt`, `text ${index}`]),
    );
    const imports = Object.keys(texts).map((_, index) => `import t${index} from './t${index}.txt';`);
    const bundle = await build({
      ...texts,
      'src/index.ts': `${imports.join('\n')}\nexport default { t0, t19 };`,
    });
    expect(names(bundle).slice(1)).toEqual(names(bundle).slice(1).toSorted());
  });

  it('imported by a bare name as wrangler 1 did are found beside the entry, with a warning', async () => {
    const bundle = await build({
      'src/index.ts': `import t from 'note.txt'; export default { t };`,
      'src/note.txt': 'n',
    });
    expect(names(bundle)[1]).toMatch(/^\.\/[0-9a-f]{40}-note\.txt$/);
    expect(bundle.warnings.join()).toContain('"./note.txt" instead of "note.txt"');
  });

  it('count among the inputs, largest first', async () => {
    const bundle = await build({
      'src/index.ts': `import t from './long.txt'; import s from './short.txt'; export default { t, s };`,
      'src/long.txt': 'x'.repeat(5000),
      'src/short.txt': 'x',
    });
    expect(bundle.inputs.map((input) => input.path)).toEqual([
      'src/long.txt',
      'src/index.ts',
      'src/short.txt',
    ]);
    expect(bundle.inputs[0]?.bytes).toBe(5000);
  });

  it('and the entry make the size, without the map', async () => {
    const bundle = await build({
      'src/index.ts': `import t from './a.txt'; export default { t };`,
      'src/a.txt': 'abc',
    });
    expect(bundle.size.raw).toBe(bundle.modules.reduce((sum, { bytes }) => sum + bytes.byteLength, 0));
    expect(bundle.size.gzip).toBeGreaterThan(20);
  });
});

describe('an alias', () => {
  const alias = async (target: string, files: Record<string, string> = {}) =>
    Buffer.from(
      (
        await build(
          { 'src/index.ts': `import a from 'a'; export default { a };`, ...files },
          { alias: { a: target } },
        )
      ).modules[0]?.bytes ?? [],
    ).toString();

  it('may point at a module of the runtime', async () => {
    expect(await alias('cloudflare:workers')).toContain('from "cloudflare:workers"');
    expect(await alias('node:path')).toContain('from "node:path"');
  });

  it('may point at a TypeScript file without its extension, or at a package that is only imported', async () => {
    expect(await alias('./src/other', { 'src/other.ts': `export default 'other';` })).toContain('"other"');
    const files = {
      'node_modules/esm/package.json':
        '{ "name": "esm", "type": "module", "exports": { "import": "./esm.js" } }',
      'node_modules/esm/esm.js': `export default 'esm only';`,
    };
    expect(await alias('esm', files)).toContain('"esm only"');
  });

  it('of a name to itself is no endless loop', async () => {
    expect(await alias('a', { 'node_modules/a/index.js': `module.exports = 'itself';` })).toContain(
      '"itself"',
    );
  });
});

describe('find_additional_modules', () => {
  it('with a base_dir that is not there is refused', async () => {
    const options = { findAdditionalModules: true, baseDir: '/nowhere/at/all' };
    await expect(build({ 'src/index.ts': 'export default {};' }, options)).rejects.toMatchObject({
      code: 'BUNDLE_FAILED',
    });
  });

  it('warns of an import that leads out of the upload', async () => {
    const folder = await caseProject('find-additional-base-dir');
    const { build: options, context } = caseBuild(folder, await readCase('find-additional-base-dir'));
    expect((await bundleWorker(options, context)).warnings.join()).toContain(
      '"../util.js" will not be found',
    );
  });

  it('takes no configuration file and no hidden folder of other tools', async () => {
    const files = {
      'index.ts': 'export default {};',
      'wrangler.jsonc': '{}',
      'tenant.config.json': '{}',
      'data.json': '{}',
      '.wrangler/tmp/a.json': '{}',
    };
    const folder = await project(files);
    const options = buildOptions(folder, {
      main: path.join(folder, 'index.ts'),
      findAdditionalModules: true,
      rules: [{ type: 'Text', globs: ['**/*.json', '**/*.jsonc'], fallthrough: true }],
    });
    expect(names(await bundleWorker(options, buildContext(folder)))).toEqual(['index.js', 'data.json']);
  });

  it('needs an ES module entry', async () => {
    const files = { 'src/index.js': `addEventListener('fetch', () => {});` };
    await expect(build(files, { findAdditionalModules: true })).rejects.toThrow('needs an ES module');
  });
});

describe('no_bundle', () => {
  const map = (sources: string[]) => JSON.stringify({ version: 3, sources, mappings: '', names: [] });

  it('sends the maps its modules point at, with sources that stay inside', async () => {
    const bundle = await build(
      {
        'src/index.js': `export default {};\n//# sourceMappingURL=index.js.map\n\n`,
        'src/index.js.map': map(['../../lib/index.ts', './a.ts']),
        'src/other.js': 'export const other = 1;',
      },
      { noBundle: true, rules: [SCRIPTS] },
    );
    expect(names(bundle)).toEqual(['index.js', 'other.js']);
    expect(bundle.sourceMaps.map(({ name }) => name)).toEqual(['index.js.map']);
    expect(JSON.parse(bundle.localSourceMap ?? '')).toMatchObject({
      file: 'index.js',
      sources: ['lib/index.ts', 'a.ts'],
    });
  });

  it('fails over a missing map only when maps are asked for', async () => {
    const files = { 'src/index.js': `export default {};\n//# sourceMappingURL=gone.js.map` };
    expect((await build(files, { noBundle: true })).sourceMaps).toEqual([]);
    await expect(build(files, { noBundle: true, sourceMaps: true })).rejects.toThrow(
      'the file does not exist',
    );
  });

  it('says that minify and polyfills have no effect', async () => {
    const folder = await project({ 'src/index.js': 'export default {};' });
    const options = buildOptions(folder, {
      main: path.join(folder, 'src/index.js'),
      noBundle: true,
      minify: true,
    });
    const bundle = await bundleWorker(options, buildContext(folder, { compatibilityDate: '2026-08-04' }));
    expect(bundle.warnings).toHaveLength(2);
    expect(bundle.exports).toEqual(['default']);
  });

  it('sends a service worker as one', async () => {
    const bundle = await build(
      { 'src/index.js': `addEventListener('fetch', () => {});` },
      { noBundle: true },
    );
    expect(bundle).toMatchObject({ format: 'service-worker', exports: [] });
    expect(bundle.modules[0]?.contentType).toBe('application/javascript');
  });
});

describe('a service worker', () => {
  it('with a blob that cannot be read is refused by name', async () => {
    const files = { 'src/index.js': `addEventListener('fetch', () => {});` };
    await expect(build(files, { textBlobs: { NOTE: '/nowhere/note.txt' } })).rejects.toThrow('bound as NOTE');
  });
});

describe('the format of an entry', () => {
  it.each([
    ['a default export', 'export default {};', 'modules', 0],
    ['exports without listeners', 'export const a = 1;', 'modules', 0],
    [
      'exports beside listeners',
      `export const a = 1; addEventListener('fetch', () => {});`,
      'service-worker',
      1,
    ],
    [
      'exports beside self.addEventListener',
      `export const a = 1; self.addEventListener('fetch', () => {});`,
      'service-worker',
      1,
    ],
    ['no exports', 'const a = 1;', 'service-worker', 0],
  ])('with %s', async (_title, source, format, warnings) => {
    const bundle = await build({ 'src/index.js': source });
    expect(bundle.format).toBe(format);
    expect(bundle.warnings).toHaveLength(warnings);
  });
});
