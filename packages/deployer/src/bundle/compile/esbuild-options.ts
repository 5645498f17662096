import type { BuildOptions as EsbuildOptions } from 'esbuild';

/** What every esbuild pass over a Worker's source shares, so that all of them read it alike. */
export const SOURCE_OPTIONS = {
  // What the V8 of workerd runs; `using` and source-phase imports are left as written.
  target: 'es2024',
  supported: { 'import-source': true, using: true },
  loader: { '.js': 'jsx', '.mjs': 'jsx', '.cjs': 'jsx' },
  logLevel: 'silent',
  write: false,
  metafile: true,
} as const satisfies EsbuildOptions;

/** Export conditions of packages, in Cloudflare's order. */
export const CONDITIONS = ['workerd', 'worker', 'browser'];

/** Left to the runtime: the manifest of Workers Sites. */
export const ALWAYS_EXTERNAL = ['__STATIC_CONTENT_MANIFEST'];
