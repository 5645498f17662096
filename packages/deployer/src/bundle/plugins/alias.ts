import { createRequire } from 'node:module';
import path from 'node:path';
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { escapeRegExp } from '../../text/escape-reg-exp.ts';

const OWN_RESOLVE = { fromAlias: true };

/**
 * Replaces whole import specifiers. Targets are resolved from the project folder, with Node's resolution and, for what
 * that cannot find (packages without `require`, runtime modules), as an import there; never from the importing file.
 * Sub-paths of an aliased package are left alone.
 *
 * @see https://developers.cloudflare.com/workers/wrangler/configuration/#module-aliasing
 */
export function aliasImports(alias: Readonly<Record<string, string>>, projectDir: string): Plugin {
  const targets = new Map(Object.entries(alias));
  return {
    name: 'alias',
    setup(build) {
      if (targets.size === 0) return;
      const specifiers = [...targets.keys()].map((specifier) => escapeRegExp(specifier));
      build.onResolve({ filter: new RegExp(`^(${specifiers.join('|')})$`) }, (args) => {
        const target = targets.get(args.path);
        if (target === undefined || args.pluginData === OWN_RESOLVE) return null;
        return resolveTarget(build, args, { target, projectDir });
      });
    },
  };
}

async function resolveTarget(
  build: PluginBuild,
  args: OnResolveArgs,
  { target, projectDir }: { readonly target: string; readonly projectDir: string },
): Promise<OnResolveResult> {
  const file = resolveAsNode(target, projectDir);
  if (file !== null) return { path: file };
  const {
    errors,
    path: found,
    ...rest
  } = await build.resolve(target, {
    kind: args.kind,
    importer: args.importer,
    resolveDir: projectDir,
    pluginData: OWN_RESOLVE,
  });
  if (errors.length === 0) return { path: found, external: rest.external, namespace: rest.namespace };
  const text = `The alias of "${args.path}" points at "${target}", which does not resolve from the project folder.`;
  return { errors: [{ text }] };
}

/** Null for what Node does not find, and for its builtins, which are no files. */
function resolveAsNode(target: string, projectDir: string): string | null {
  try {
    const resolved = createRequire(path.join(projectDir, 'alias.js')).resolve(target);
    return path.isAbsolute(resolved) ? resolved : null;
  } catch {
    return null;
  }
}
