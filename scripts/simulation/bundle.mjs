/** Bundles the simulated lives, on the doubles that make them quick. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LIVES = join(ROOT, 'packages/deployer/test/simulation');

/**
 * What the deployer, its locks and its atomic writes have for a disk, and what tells the deployer how a module is written.
 * What only real runtimes and terminals need takes longer to load than a life to live.
 */
const doubles = {
  name: 'doubles',
  setup({ onResolve, onLoad }) {
    const users =
      /[\\/](packages[\\/]deployer|emulator[\\/]src[\\/]store[\\/]open-state|node_modules[\\/]proper-lockfile)\b/;
    onResolve({ filter: /^(node:)?(fs|fs\/promises)$|^graceful-fs$/ }, ({ path, importer }) =>
      users.test(importer)
        ? { path: join(LIVES, 'doubles', path.endsWith('promises') ? 'promises.ts' : 'callbacks.ts') }
        : null,
    );
    onResolve({ filter: /^(miniflare|msw|libsql|pino)$/ }, ({ path }) => ({ path, namespace: 'unused' }));
    onLoad({ filter: /^/, namespace: 'unused' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get() { throw new Error('no life needs ${path}'); } });`,
    }));
    onResolve({ filter: /\/load-esbuild\.ts$/ }, () => ({ path: join(LIVES, 'doubles/load-esbuild.ts') }));
  },
};

/** Writes them into one file, because loading the packages one by one takes as long as fifty lives. */
export function bundleLives(outfile) {
  return build({
    entryPoints: [join(LIVES, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url);",
    },
    define: { __filename: 'import.meta.filename' },
    alias: {
      '@cf-deploy/deployer': join(ROOT, 'packages/deployer/src/index.ts'),
      '@cf-deploy/emulator': join(ROOT, 'packages/emulator/src/index.ts'),
    },
    inject: [join(LIVES, 'doubles/http.ts')],
    plugins: [doubles],
    logLevel: 'error',
  });
}
