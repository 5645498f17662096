import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { NODE_BUILTIN } from '../node/node-builtins.ts';
import type { NodeEnvironment, NodeGlobals } from '../node/node-environment.ts';
import { serviceWorkerImportError } from './service-worker-imports.ts';
import { escapeRegExp } from '../../text/escape-reg-exp.ts';

const REQUIRED_BUILTIN = 'required-node-builtin';
const REQUIRED_SHIM = 'required-npm-shim';
const GLOBALS = 'node-globals';
/** Virtual modules import this package's own dependencies, from here. */
const OWN_DIR = import.meta.dirname;

/**
 * Node.js compatibility with polyfills: builtins the runtime has stay imports, the others come from unenv, and missing
 * globals are assigned before anything else runs.
 */
export function nodeCompat(environment: NodeEnvironment, format: 'modules' | 'service-worker'): Plugin {
  return {
    name: 'node-compat',
    setup(build) {
      if (format === 'service-worker') refuseBuiltins(build);
      requireBuiltins(build);
      aliasBuiltins(build, environment);
      injectGlobals(build, environment);
    },
  };
}

function refuseBuiltins(build: PluginBuild): void {
  build.onResolve({ filter: NODE_BUILTIN }, ({ path: specifier }) => ({
    errors: [serviceWorkerImportError(specifier)],
  }));
}

/** ES output has no `require`: a required builtin becomes an import of its default export. */
function requireBuiltins(build: PluginBuild): void {
  build.onResolve({ filter: NODE_BUILTIN }, (args) =>
    args.kind === 'require-call' ? { path: args.path, namespace: REQUIRED_BUILTIN } : null,
  );
  build.onLoad({ filter: /.*/, namespace: REQUIRED_BUILTIN }, ({ path: specifier }) => ({
    contents: `import builtin from ${JSON.stringify(specifier)};\nmodule.exports = builtin;`,
    loader: 'js',
  }));
}

function aliasBuiltins(build: PluginBuild, { alias }: NodeEnvironment): void {
  const specifiers = [...alias.keys()].map((specifier) => escapeRegExp(specifier));
  build.onResolve({ filter: new RegExp(`^(${specifiers.join('|')})$`) }, (args) => resolveAlias(args, alias));
  // `require` of a shim must give what `require` of the real package gives: a callable default with the other exports on it.
  build.onLoad({ filter: /.*/, namespace: REQUIRED_SHIM }, ({ path: specifier }) => ({
    contents: [
      `import * as shim from ${JSON.stringify(specifier)};`,
      `const exported = 'default' in shim ? shim.default : {};`,
      `for (const name of Object.keys(shim)) {`,
      `  if (name !== 'default') Object.defineProperty(exported, name, { value: shim[name], enumerable: true });`,
      `}`,
      `module.exports = exported;`,
    ].join('\n'),
    loader: 'js',
    resolveDir: OWN_DIR,
  }));
}

function resolveAlias(args: OnResolveArgs, alias: NodeEnvironment['alias']): OnResolveResult | null {
  const found = alias.get(args.path);
  if (found === undefined) return null;
  if (found.native) return { path: found.target, external: true };
  if (found.shim && args.kind === 'require-call') return { path: args.path, namespace: REQUIRED_SHIM };
  return { path: found.target };
}

function injectGlobals(build: PluginBuild, { globals, polyfills }: NodeEnvironment): void {
  const byName = new Map<string, NodeGlobals>(
    globals.map((group) => [`${GLOBALS}/${group.specifier.replaceAll('/', '-')}`, group]),
  );
  build.initialOptions.inject = [...(build.initialOptions.inject ?? []), ...byName.keys(), ...polyfills];
  build.onResolve({ filter: new RegExp(`^${GLOBALS}/`) }, ({ path: name }) =>
    byName.has(name) ? { path: name, namespace: GLOBALS } : null,
  );
  build.onLoad({ filter: /.*/, namespace: GLOBALS }, ({ path: name }) => {
    const group = byName.get(name);
    return group === undefined ? null : { contents: globalsModule(group), loader: 'js', resolveDir: OWN_DIR };
  });
}

function globalsModule({ specifier, names }: NodeGlobals): string {
  const imports = names.map(({ exported }, index) => `${exported} as value${index}`).join(', ');
  const assignments = names.map(({ global }, index) => `globalThis.${global} = value${index};`).join('\n');
  return `import { ${imports} } from ${JSON.stringify(specifier)};\n${assignments}`;
}
