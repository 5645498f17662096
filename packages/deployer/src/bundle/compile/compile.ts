import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { BuildOptions as EsbuildOptions, BuildResult, Metafile, Plugin } from 'esbuild';
import { loadEsbuild } from '../../load-esbuild.ts';
import type { BuildOptions } from '../../resolve/resolved-worker.ts';
import type { BuildContext } from '../build-context.ts';
import { compileError, isBuildFailure } from './compile-error.ts';
import { defines } from './defines.ts';
import { ALWAYS_EXTERNAL, CONDITIONS, SOURCE_OPTIONS } from './esbuild-options.ts';
import type { CollectedModule } from '../modules/collected-module.ts';
import type { RuleSet } from '../modules/rules.ts';
import type { NodeMode } from '../node/node-mode.ts';
import { BundleError } from '../../errors.ts';
import type { Jail } from '../../security/jail.ts';
import { aliasImports } from '../plugins/alias.ts';
import { cloudflareImports } from '../plugins/cloudflare-imports.ts';
import { collectModules } from '../plugins/collect-modules.ts';
import { type JailAsks, jailedFiles, readOnlyAllowed, refusedMap, withoutQuotes } from '../plugins/jail.ts';
import { nodeEnvironment } from '../node/node-environment.ts';
import { nodeCompat } from '../plugins/node-compat.ts';
import { nodeImports } from '../plugins/node-imports.ts';

/** One compilation of an entry. */
export interface CompileOptions {
  readonly build: BuildOptions;
  readonly context: BuildContext;
  /** Absolute, existing. */
  readonly entry: string;
  /** esbuild's working folder, and what stable names are relative to. */
  readonly baseDir: string;
  readonly format: 'modules' | 'service-worker';
  readonly nodeMode: NodeMode;
  readonly ruleSet: RuleSet;
  readonly found: readonly CollectedModule[] | null;
  /** What may be read. */
  readonly jail: Jail;
  /** Throws for a file that may not. */
  readonly inside: (file: string) => void;
}

/** What esbuild made of it. */
export interface Compiled {
  /** File name of the output: `index.js`. */
  readonly name: string;
  readonly code: string;
  /** esbuild's map; sources relative to `outdir`. */
  readonly map: string;
  readonly outdir: string;
  readonly exports: readonly string[];
  readonly metafile: Metafile;
  /** Modules taken out of the bundle, in no particular order, names possibly repeated. */
  readonly collected: readonly CollectedModule[];
  readonly warnings: readonly string[];
  /** esbuild's own warnings. */
  readonly messages: BuildResult['warnings'];
  /** Builtins imported without Node.js compatibility → absolute importers. */
  readonly missingBuiltins: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Compiles an entry with the conventions of Workers. Nothing is written to disk. Files of the project are read unasked
 * and looked at before anything is made of them; where one must not be read, or anything fails, all is done again with
 * every file asked for before it is read, so that no message quotes one that must not.
 *
 * @throws BundleError BUNDLE_FAILED with a finding per error
 */
export async function compile(options: CompileOptions): Promise<Compiled> {
  const compiled = await compileAllowed(options);
  const map = refusedMap(options.jail, Object.keys(compiled.metafile.inputs), options.baseDir);
  if (map !== null) options.inside(map);
  return compiled;
}

async function compileAllowed(options: CompileOptions): Promise<Compiled> {
  const { jail, baseDir } = options;
  try {
    const compiled = await compileOnce(options, 'outside');
    if (readOnlyAllowed(jail, Object.keys(compiled.metafile.inputs), baseDir)) return compiled;
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
  }
  return compileOnce(options, 'always');
}

async function compileOnce(options: CompileOptions, asks: JailAsks): Promise<Compiled> {
  const collected: CollectedModule[] = [];
  const warnings: string[] = [];
  const missingBuiltins = new Map<string, Set<string>>();
  const entryDir = path.dirname(options.entry);
  const fileNames = otherFiles(options.entry);
  const jailed = jailedFiles(options.jail, options.context.rootDir, asks);
  const collect = collectModules({
    ruleSet: options.ruleSet,
    format: options.format,
    preserveFileNames: options.build.preserveFileNames,
    found: options.found,
    legacy: { directory: entryDir, fileNames },
    refusal: (file) => options.jail.refusal(file),
    onModule: (module) => collected.push(module),
    onWarning: (message) => warnings.push(message),
  });
  const node = await nodePlugin(options, (specifier, importer) => {
    const importers = missingBuiltins.get(specifier) ?? new Set();
    missingBuiltins.set(specifier, importers.add(importer));
  });
  const outdir = path.join(options.baseDir, '.cf-deploy-out');
  const alias = aliasImports(options.build.alias, options.build.projectDir);
  const plugins = [jailed, alias, collect, node, cloudflareImports(options.format)];
  const result = await run({ ...esbuildOptions(options), outdir, plugins }, options);
  const output = Object.values(result.metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  const script = result.outputFiles.find((file) => file.path.endsWith('.js'));
  const map = result.outputFiles.find((file) => file.path.endsWith('.js.map'));
  return {
    name: `${path.parse(options.entry).name}.js`,
    code: script?.text ?? '',
    map: map?.text ?? '',
    outdir,
    exports: output?.exports ?? [],
    metafile: result.metafile,
    collected,
    warnings,
    messages: withoutQuotes(result.warnings, { ...options, rootDir: options.context.rootDir }),
    missingBuiltins,
  };
}

function esbuildOptions({ build: own, context, entry, baseDir, format }: CompileOptions) {
  return {
    ...SOURCE_OPTIONS,
    entryPoints: [entry],
    bundle: true,
    absWorkingDir: baseDir,
    entryNames: path.parse(entry).name,
    format: format === 'modules' ? 'esm' : 'iife',
    conditions: CONDITIONS,
    external: ALWAYS_EXTERNAL,
    define: defines({ ...context, nodeEnv: context.nodeEnv ?? 'production', define: own.define }),
    keepNames: own.keepNames,
    minify: own.minify,
    // A map is always made, to map errors back; without upload the code does not point at it.
    sourcemap: own.sourceMaps === false ? 'external' : 'linked',
    ...(own.jsxFactory === null ? {} : { jsxFactory: own.jsxFactory }),
    ...(own.jsxFragment === null ? {} : { jsxFragment: own.jsxFragment }),
    ...(own.tsconfig === null ? {} : { tsconfig: own.tsconfig }),
  } as const satisfies EsbuildOptions;
}

type RunOptions = ReturnType<typeof esbuildOptions> & { outdir: string; plugins: Plugin[] };

async function run(esbuild: RunOptions, { context, baseDir, nodeMode, jail }: CompileOptions) {
  try {
    const building = loadEsbuild().build(esbuild);
    context.onCompiling?.();
    return await building;
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const errors = withoutQuotes(error.errors, { jail, rootDir: context.rootDir, baseDir });
    throw compileError(errors, { rootDir: context.rootDir, baseDir, nodeMode });
  }
}

async function nodePlugin(
  { context, format, nodeMode }: CompileOptions,
  onMissing: (specifier: string, importer: string) => void,
): Promise<Plugin> {
  if (nodeMode !== 'v2') return nodeImports({ mode: nodeMode, format, onMissing });
  return nodeCompat(await nodeEnvironment(context.compatibilityDate, context.compatibilityFlags), format);
}

function otherFiles(entry: string): string[] {
  const entries = readdirSync(path.dirname(entry), { withFileTypes: true });
  return entries
    .filter((file) => file.isFile() && file.name !== path.basename(entry))
    .map(({ name }) => name);
}
