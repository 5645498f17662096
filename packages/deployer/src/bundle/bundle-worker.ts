import path from 'node:path';
import type { BuildOptions } from '../resolve/resolved-worker.ts';
import { buildBaseDir } from './base-dir.ts';
import { assertInside } from './assert-inside.ts';
import { buildKey, usesProjectDir } from './build-cache.ts';
import type { BuildContext } from './build-context.ts';
import type { Bundle } from './bundle.ts';
import { compile, type Compiled, type CompileOptions } from './compile/compile.ts';
import { compileError, isBuildFailure } from './compile/compile-error.ts';
import { compiledBundle } from './compile/compiled-bundle.ts';
import { runBuildCommand } from './command/custom-command.ts';
import { findEntry } from './compile/entry-file.ts';
import { findModules } from './modules/find-modules.ts';
import { withoutQuotes } from './plugins/jail.ts';
import { moduleRules } from './modules/rules.ts';
import { nodeMode } from './node/node-mode.ts';
import { unbundled } from './no-bundle.ts';
import { detectFormat, type WorkerFormat } from './worker-format.ts';
import { BundleError } from '../errors.ts';
import { createJail } from '../security/jail.ts';

/**
 * Builds a Worker as Cloudflare expects it; nothing is written to disk except by a custom build command. With a cache in
 * the context, equal builds run once.
 *
 * @throws BundleError BUNDLE_FAILED with a finding per compile error
 * @throws ConfigError CONFIG_INVALID for compatibility flags that exclude each other
 * @see docs/bundling.md
 */
export async function bundleWorker(build: BuildOptions, context: BuildContext): Promise<Bundle> {
  const { cache } = context;
  if (cache === undefined) return buildOnce(build, context);
  return cache.get(buildKey(build, context), () => buildOnce(build, context));
}

async function buildOnce(build: BuildOptions, context: BuildContext): Promise<Bundle> {
  const mode = nodeMode(context.compatibilityDate, context.compatibilityFlags);
  // A build that tenants share reads no tenant's folder, not even the one it is made for.
  const jail = createJail({
    rootDir: context.rootDir,
    tenantDir: usesProjectDir(build, context) ? build.projectDir : null,
    allowedRoots: context.allowedRoots ?? [],
  });
  const inside = (file: string): void => assertInside(jail, file, context.rootDir);
  if (build.command !== null) inside(build.command.cwd);
  await runBuildCommand(build, context);
  const entry = findEntry(build.main, {
    rootDir: context.rootDir,
    command: build.command?.command ?? null,
  });
  inside(entry);
  if (build.tsconfig !== null) inside(build.tsconfig);
  const baseDir = buildBaseDir(build, context.rootDir);
  const surroundings = { build, context, entry, baseDir, nodeMode: mode, jail, inside };
  const ahead = compileAhead(surroundings);
  const format = (await formatOfCompiled(ahead)) ?? (await formatOf(surroundings));
  const ruleSet = moduleRules(build.rules, { python: format.python });
  const noBundle = build.noBundle || format.python;
  const find = build.findAdditionalModules ?? noBundle;
  if (find && format.format === 'service-worker' && build.findAdditionalModules === true) {
    throw new BundleError('BUNDLE_FAILED', 'find_additional_modules needs an ES module Worker.', {
      hint: 'Add `export default { … }` to the entry, or remove find_additional_modules.',
    });
  }
  const root = build.baseDir ?? path.dirname(entry);
  const found =
    find && format.format === 'modules'
      ? await findModules({ root, entry, projectDir: build.projectDir, ruleSet, inside })
      : null;
  const common = { ...surroundings, ruleSet, found };
  const options = { ...common, format: format.format };
  const compiled = (): Promise<Compiled> =>
    format.format === 'modules' && found === null && ahead !== null ? ahead : compile(options);
  const bundle = noBundle
    ? await unbundled({ ...common, format })
    : await compiledBundle(await compiled(), options);
  return { ...bundle, warnings: [...format.warnings, ...ruleSet.warnings, ...bundle.warnings] };
}

/**
 * Compiles as the modules that nearly every Worker is, before the format is looked at; null where what is compiled
 * depends on more than that.
 */
function compileAhead(surroundings: Surroundings): Promise<Compiled> | null {
  const { build, entry } = surroundings;
  if (build.noBundle || build.findAdditionalModules === true || path.extname(entry) === '.py') return null;
  const ruleSet = moduleRules(build.rules, { python: false });
  const compiled = compile({ ...surroundings, ruleSet, found: null, format: 'modules' });
  // Whoever uses it sees the failure; when nobody does, it was about a format that the Worker does not have.
  compiled.catch(() => undefined);
  return compiled;
}

type Surroundings = Omit<CompileOptions, 'format' | 'ruleSet' | 'found'>;

/**
 * A default export can only be the entry's own (`export *` passes none on), and makes it modules: what compiled says so
 * itself, and the entry need not be looked at alone. Null where it does not tell, or was not compiled.
 */
async function formatOfCompiled(ahead: Promise<Compiled> | null): Promise<WorkerFormat | null> {
  try {
    const exports = (await ahead)?.exports ?? [];
    return exports.includes('default') ? { format: 'modules', python: false, exports, warnings: [] } : null;
  } catch {
    return null;
  }
}

async function formatOf({
  build,
  context,
  entry,
  baseDir,
  nodeMode: mode,
  jail,
}: Surroundings): Promise<WorkerFormat> {
  try {
    return await detectFormat({ file: entry, baseDir, tsconfig: build.tsconfig });
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const errors = await withoutQuotes(error.errors, { jail, rootDir: context.rootDir, baseDir });
    throw compileError(errors, { rootDir: context.rootDir, baseDir, nodeMode: mode });
  }
}
