import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { type CollectedModule, moduleName, stripQuery } from '../modules/collected-module.ts';
import type { Matcher } from '../../text/wildcard.ts';
import { globMatcher, specifierFilter } from '../modules/glob.ts';
import { JAIL_HINT } from '../../security/jail.ts';
import { describeRule, type EffectiveRule, type RuleSet, type RuleType } from '../modules/rules.ts';
import { escapeRegExp } from '../../text/escape-reg-exp.ts';

const NAMESPACE = 'collected-module';
const OWN_RESOLVE = { fromCollector: true };

/** Options of {@link collectModules}. */
export interface CollectModulesOptions {
  readonly ruleSet: RuleSet;
  readonly format: 'modules' | 'service-worker';
  readonly preserveFileNames: boolean;
  /** Modules `find_additional_modules` already found; imports of them stay as written. Null: it is off. */
  readonly found: readonly CollectedModule[] | null;
  /** Folder of the entry and its other files: bare imports of those names mean these files (wrangler 1 style). */
  readonly legacy: { readonly directory: string; readonly fileNames: readonly string[] };
  /** Why a file must not be read; null when it may. */
  readonly refusal: (file: string) => string | null;
  /** Called for each import that becomes a module; equal names come more than once. */
  readonly onModule: (module: CollectedModule) => void;
  readonly onWarning: (message: string) => void;
}

interface RuleGlob {
  readonly glob: string;
  readonly matches: Matcher;
  readonly rule: EffectiveRule;
}

/**
 * Takes imports that match a module rule out of the bundle: the file is handed to `onModule` and the import is
 * rewritten to the module's name. In service-worker format, where there are no modules, the import becomes a global
 * that the upload binds.
 *
 * @see https://developers.cloudflare.com/workers/wrangler/bundling/
 */
export function collectModules(options: CollectModulesOptions): Plugin {
  // JavaScript rules only decide what find_additional_modules uploads; imports of other scripts are bundled.
  const matchers = matchersOf(options.ruleSet.rules).filter(
    ({ rule }) => options.found !== null || !isScript(rule.type),
  );
  const dropped = matchersOf(options.ruleSet.dropped);
  return {
    name: 'collect-modules',
    setup(build) {
      collectLegacyImports(build, options, matchers);
      if (matchers.length > 0) {
        build.onResolve({ filter: unionOf(matchers) }, (args) =>
          resolveImport(build, args, options, matchers),
        );
      }
      if (dropped.length > 0) {
        build.onResolve({ filter: unionOf(dropped) }, (args) => refuseDropped(args, dropped));
      }
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path: name }) => ({
        contents: `export default ${globalName(name)};`,
        loader: 'js',
      }));
    },
  };
}

/** Name of the global that stands for a module in service-worker format. */
export function globalName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_$]/g, '_');
}

async function resolveImport(
  build: PluginBuild,
  args: OnResolveArgs,
  options: CollectModulesOptions,
  matchers: readonly RuleGlob[],
): Promise<OnResolveResult | null> {
  if (args.kind === 'entry-point' || args.pluginData === OWN_RESOLVE) return null;
  const specifier = stripQuery(args.path);
  const direct = path.join(args.resolveDir, specifier);
  const matching = matchers.filter(({ matches }) => matches(args.path));
  const found = options.found?.find(({ file }) => file === direct);
  if (found !== undefined) {
    warnUnlessReachable(specifier, found.name, options);
    return { path: specifier, external: true };
  }
  const matcher = matching.find(({ rule }) => !isScript(rule.type));
  if (matcher === undefined) return null;
  const file = await locate(build, args, specifier);
  return collect({ options, specifier, file, type: matcher.rule.type });
}

/** The import stays as written, but the importing code ends up in the entry, which lies at the root of the upload. */
function warnUnlessReachable(specifier: string, name: string, { onWarning }: CollectModulesOptions): void {
  if (path.posix.normalize(specifier) === name) return;
  onWarning(
    `The import "${specifier}" will not be found: the module is uploaded as "${name}", and the bundle that imports it ` +
      `lies beside it at the root. Import it as "./${name}" from a file in the module root (base_dir).`,
  );
}

/** esbuild's own resolution (tsconfig paths, packages), then Node's, then simply beside the importing file. */
async function locate(build: PluginBuild, args: OnResolveArgs, specifier: string): Promise<string> {
  const resolved = await build.resolve(specifier, {
    kind: args.kind,
    importer: args.importer,
    resolveDir: args.resolveDir,
    pluginData: OWN_RESOLVE,
  });
  if (resolved.errors.length === 0 && resolved.path !== '' && !resolved.external) return resolved.path;
  try {
    return createRequire(path.join(args.resolveDir, 'importer.js')).resolve(specifier);
  } catch {
    return path.join(args.resolveDir, specifier);
  }
}

async function collect(found: {
  readonly options: CollectModulesOptions;
  readonly specifier: string;
  readonly file: string;
  readonly type: RuleType;
}): Promise<OnResolveResult> {
  const { options, specifier, file, type } = found;
  const refusal = options.refusal(file);
  if (refusal !== null) {
    return { errors: [{ text: `The module "${specifier}" ${refusal}.`, notes: [{ text: JAIL_HINT }] }] };
  }
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'the file does not exist' : String(error);
    return { errors: [{ text: `Could not read the module "${specifier}": ${why}.` }] };
  }
  const name = moduleName(specifier, bytes, options.preserveFileNames);
  options.onModule({ name, type, bytes, file });
  if (options.format === 'modules') return { path: name, external: true };
  return { path: name, namespace: NAMESPACE };
}

function refuseDropped(args: OnResolveArgs, dropped: readonly RuleGlob[]): OnResolveResult | null {
  const matcher = dropped.find(({ matches }) => matches(args.path));
  if (matcher === undefined || args.pluginData === OWN_RESOLVE) return null;
  return {
    errors: [
      {
        text:
          `"${args.path}" matches the module rule ${describeRule(matcher.rule)}, which an earlier rule of the same ` +
          `type switches off.`,
        notes: [{ text: 'Set "fallthrough": true on the earlier rule.' }],
      },
    ],
  };
}

/** A bare import of a file that lies beside the entry, as wrangler 1 wrote it. */
function collectLegacyImports(
  build: PluginBuild,
  options: CollectModulesOptions,
  matchers: readonly RuleGlob[],
): void {
  const { directory, fileNames } = options.legacy;
  if (fileNames.length === 0) return;
  const filter = new RegExp(`^(${fileNames.map((name) => escapeRegExp(name)).join('|')})$`);
  build.onResolve({ filter }, (args) => {
    if (args.kind !== 'import-statement' && args.kind !== 'require-call') return null;
    const specifier = stripQuery(args.path);
    const matcher = matchers.find(({ matches, rule }) => !isScript(rule.type) && matches(`./${specifier}`));
    if (matcher === undefined) return null;
    options.onWarning(
      `Import "./${specifier}" instead of "${specifier}": a bare name means a package, and only old Workers rely on ` +
        `it meaning the file beside the entry.`,
    );
    return collect({ options, specifier, file: path.join(directory, specifier), type: matcher.rule.type });
  });
}

function matchersOf(rules: readonly EffectiveRule[]): RuleGlob[] {
  return rules.flatMap((rule) =>
    rule.globs.map((glob) => ({ glob, matches: globMatcher(glob, 'specifier'), rule })),
  );
}

function unionOf(matchers: readonly RuleGlob[]): RegExp {
  return specifierFilter(matchers.map(({ glob }) => glob));
}

function isScript(type: RuleType): boolean {
  return type === 'ESModule' || type === 'CommonJS';
}
