import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BuildContext } from '../../src/bundle/build-context.ts';
import { bundleWorker } from '../../src/bundle/bundle-worker.ts';
import type { BuildOptions } from '../../src/resolve/resolved-worker.ts';
import { buildContext, buildOptions, caseBuild, caseProject, project, readCase } from './support.ts';
import { startBundle, stopBundles } from './workerd.ts';

afterAll(stopBundles);

/** Builds a recorded case and starts it in workerd. */
async function startCase(name: string) {
  const { build, context } = caseBuild(await caseProject(name), await readCase(name));
  return startBundle(await bundleWorker(build, context), context);
}

/** Builds a project and starts it in workerd. */
async function start(
  files: Record<string, string>,
  options: { build?: Partial<BuildOptions>; context?: Partial<BuildContext> } = {},
) {
  const folder = await project(files);
  const context = buildContext(folder, options.context);
  return startBundle(await bundleWorker(buildOptions(folder, options.build), context), context);
}

/** What each recorded case answers, by what its source says. */
const TEXTS: readonly (readonly [name: string, url: string, answer: string])[] = [
  ['alias', '/', '007'],
  ['commonjs-dependency', '/', '5'],
  ['custom-build', '/', 'made'],
  ['define', '/', 'abc123'],
  ['find-additional-modules', '/?lang=de', 'hallonote\nbundled'],
  ['jsx-and-tsconfig', '/', '<p class="x">hi</p>'],
  ['minify', '/here', 'GET /here'],
  ['minify-no-keep-names', '/here', 'GET /here'],
  ['modules-custom-rules', '/', '# Read me\nstill matched by the built-in rule\n3'],
  ['modules-dynamic-import', '/', 'heavy'],
  ['modules-json', '/', '{"colour":"green","size":3}'],
  ['modules-preserve-names', '/', 'named note\n'],
  ['modules-same-name', '/', 'note a\nnote b\nnote a\nnote a\n'],
  ['no-bundle', '/', 'as written'],
  ['node-als', '/', 'x'],
  ['node-compat-old-date', '/', '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'],
  ['node-compat-polyfilled', '/', 'functionfunction'],
  ['package-dependencies', '/', '42'],
  ['service-worker-blobs', '/', 'a note\n5object'],
  ['service-worker-imports', '/', 'imported note\nobject'],
  ['typescript', '/you', 'Hello you'],
];

describe('a bundle in workerd answers as its source says', () => {
  it.each(TEXTS)('%s', async (name, url, answer) => {
    const fetch = await startCase(name);
    expect(await (await fetch(url)).text()).toBe(answer);
  });

  it('modules-default-rules: text, data and WebAssembly', async () => {
    const fetch = await startCase('modules-default-rules');
    expect(await (await fetch()).json()).toEqual({
      sum: 5,
      text: 'plain text\n',
      page: '<!doctype html>\n<title>Page</title>\n',
      query: 'SELECT 1;\n',
      bytes: 6,
      same: true,
    });
  });

  it.each(['node-compat-flag', 'node-compat-by-date', 'node-compat-flag-new-date'])('%s', async (name) => {
    const fetch = await startCase(name);
    expect(await (await fetch()).json()).toMatchObject({
      digest: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      base: 'b.txt',
      fs: 'function',
    });
  });
});

describe('Node.js in workerd', () => {
  const modern = { compatibilityDate: '2026-08-04' };

  it('can be required, with and without the prefix', async () => {
    const fetch = await start(
      {
        'src/index.ts': `
          import { base } from './base.cjs';
          export default { fetch: () => new Response(base) };`,
        'src/base.cjs': `
          const path = require('path');
          const { EventEmitter } = require('node:events');
          exports.base = path.basename('/a/b.txt') + typeof EventEmitter;`,
      },
      { context: modern },
    );
    expect(await (await fetch()).text()).toBe('b.txtfunction');
  });

  it('has its globals when they come from polyfills', async () => {
    const fetch = await start(
      {
        'src/index.ts': `export default { fetch: () => Response.json([
          typeof process.version, typeof Buffer.from, typeof console.log, typeof performance.now, typeof setImmediate,
        ]) };`,
      },
      { context: { compatibilityDate: '2024-09-23', compatibilityFlags: ['nodejs_compat'] } },
    );
    expect(await (await fetch()).json()).toEqual(['string', 'function', 'function', 'function', 'function']);
  });

  it('has the shims of npm packages, imported and required', async () => {
    const fetch = await start(
      {
        'src/index.ts': `
          import inherits from 'inherits';
          import { required } from './required.cjs';
          import fetchShim from 'node-fetch';
          export default { fetch: () => Response.json([typeof inherits, required, typeof fetchShim]) };`,
        'src/required.cjs': `exports.required = typeof require('inherits') + typeof require('cross-fetch');`,
      },
      { context: modern },
    );
    expect(await (await fetch()).json()).toEqual(['function', 'functionfunction', 'function']);
  });

  it('uses the real debug package, not a shim of it', async () => {
    const fetch = await start(
      {
        'src/index.ts': `import debug from 'debug'; export default { fetch: () => new Response(debug) };`,
        'node_modules/debug/package.json': '{ "name": "debug", "main": "index.js" }',
        'node_modules/debug/index.js': 'module.exports = "the package itself";',
      },
      { context: modern },
    );
    expect(await (await fetch()).text()).toBe('the package itself');
  });
});

describe('the conventions of Workers in workerd', () => {
  it('keep the names of classes and functions, also minified', async () => {
    const files = {
      'src/index.ts': `
        class Counter {}
        const helper = () => 1;
        export default { fetch: () => new Response(Counter.name + ' ' + helper.name + ' ' + new Counter().constructor.name) };`,
    };
    for (const build of [{}, { minify: true }]) {
      const fetch = await start(files, { build });
      expect(await (await fetch()).text()).toBe('Counter helper Counter');
    }
  });

  it('take the workerd condition of a package, not the one for Node.js', async () => {
    const fetch = await start({
      'src/index.ts': `import which from 'which'; export default { fetch: () => new Response(which) };`,
      'node_modules/which/package.json': JSON.stringify({
        name: 'which',
        exports: {
          node: './node.js',
          workerd: './workerd.js',
          worker: './worker.js',
          browser: './browser.js',
        },
      }),
      ...Object.fromEntries(
        ['node', 'browser', 'worker', 'workerd'].map((name) => [
          `node_modules/which/${name}.js`,
          `module.exports = '${name}';`,
        ]),
      ),
    });
    expect(await (await fetch()).text()).toBe('workerd');
  });

  it('replace navigator.userAgent and NODE_ENV, and let the own define win', async () => {
    const files = {
      'src/index.ts': `export default { fetch: () => new Response(navigator.userAgent + process.env.NODE_ENV + MINE) };`,
    };
    const fetch = await start(files, { build: { define: { MINE: '"!"', 'process.env.NODE_ENV': '"own"' } } });
    expect(await (await fetch()).text()).toBe('Cloudflare-Workersown!');
  });

  it('read WebAssembly and text out of packages', async () => {
    const fetch = await start({
      'src/index.ts': `import text from 'texts/a.txt'; export default { fetch: () => new Response(text) };`,
      'node_modules/texts/package.json': '{ "name": "texts" }',
      'node_modules/texts/a.txt': 'from a package',
    });
    expect(await (await fetch()).text()).toBe('from a package');
  });

  it('find a text module through the paths of a tsconfig', async () => {
    const fetch = await start({
      'src/index.ts': `import text from '@texts/a.txt'; export default { fetch: () => new Response(text) };`,
      'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@texts/*": ["texts/*"] } } }',
      'texts/a.txt': 'by path',
    });
    expect(await (await fetch()).text()).toBe('by path');
  });

  it('leave cloudflare: imports to the runtime', async () => {
    const fetch = await start({
      'src/index.ts': `
        import { WorkerEntrypoint } from 'cloudflare:workers';
        export default class extends WorkerEntrypoint { fetch() { return new Response('entrypoint'); } }`,
    });
    expect(await (await fetch()).text()).toBe('entrypoint');
  });

  it('bundle a service worker that imports local files', async () => {
    const fetch = await start({
      'src/index.ts': `import { text } from './text'; addEventListener('fetch', (event: any) => event.respondWith(new Response(text)));`,
      'src/text.ts': `export const text = 'classic';`,
    });
    expect(await (await fetch()).text()).toBe('classic');
  });

  it('take an entry named without its extension', async () => {
    const folder = await project({ 'src/index.tsx': `export default { fetch: () => new Response('tsx') };` });
    const build = buildOptions(folder, { main: path.join(folder, 'src/index') });
    const fetch = await startBundle(await bundleWorker(build, buildContext(folder)), buildContext(folder));
    expect(await (await fetch()).text()).toBe('tsx');
  });
});
