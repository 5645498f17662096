import type { Plugin } from 'esbuild';
import { serviceWorkerImportError } from './service-worker-imports.ts';

/**
 * Leaves `cloudflare:*` imports to the runtime. A service worker cannot import at all, so there they are an error that
 * says why the file is taken for one.
 */
export function cloudflareImports(format: 'modules' | 'service-worker'): Plugin {
  return {
    name: 'cloudflare-imports',
    setup(build) {
      build.onResolve({ filter: /^cloudflare:/ }, ({ path }) =>
        format === 'modules' ? { path, external: true } : { errors: [serviceWorkerImportError(path)] },
      );
    },
  };
}
