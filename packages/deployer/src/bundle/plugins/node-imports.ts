import type { Plugin, PluginBuild, OnResolveArgs, OnResolveResult } from 'esbuild';
import { serviceWorkerImportError } from './service-worker-imports.ts';

const OWN_RESOLVE = { fromNodeImports: true };

/** Options of {@link nodeImports}. */
export interface NodeImportsOptions {
  readonly mode: 'none' | 'als' | 'v1';
  readonly format: 'modules' | 'service-worker';
  /** Called once per import of a builtin that the runtime will not have. */
  readonly onMissing: (specifier: string, importer: string) => void;
}

/**
 * `node:` imports without polyfills: what does not resolve on disk is left to the runtime. Without Node.js
 * compatibility the runtime has none of it, which is a warning per name, not an error, because the import may never run.
 */
export function nodeImports(options: NodeImportsOptions): Plugin {
  return {
    name: 'node-imports',
    setup(build) {
      build.onResolve({ filter: /^node:/ }, (args) => resolveNodeImport(build, args, options));
    },
  };
}

async function resolveNodeImport(
  build: PluginBuild,
  args: OnResolveArgs,
  options: NodeImportsOptions,
): Promise<OnResolveResult | null> {
  if (args.pluginData === OWN_RESOLVE) return null;
  const { kind, importer, resolveDir } = args;
  if (options.mode === 'als' && /^node:async_hooks(\/|$)/.test(args.path)) {
    return { path: args.path, external: true };
  }
  const resolved = await build.resolve(args.path, { kind, importer, resolveDir, pluginData: OWN_RESOLVE });
  if (resolved.errors.length === 0) {
    return { path: resolved.path, external: resolved.external, namespace: resolved.namespace };
  }
  if (options.format === 'service-worker') return { errors: [serviceWorkerImportError(args.path)] };
  if (options.mode !== 'v1') options.onMissing(args.path, importer);
  return { path: args.path, external: true };
}
