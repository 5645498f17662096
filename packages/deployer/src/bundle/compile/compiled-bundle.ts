import type { Bundle, BundleInput, BundleModule } from '../bundle.ts';
import { bundleDigest } from '../digest.ts';
import { bundleSize } from '../check/bundle-size.ts';
import type { CompileOptions, Compiled } from './compile.ts';
import { compileFinding } from './compile-error.ts';
import { inputSizes } from '../input-sizes.ts';
import { importPlace } from './import-place.ts';
import { blobModules, type BoundModules, collectedBlobs } from '../service-worker-blobs.ts';
import type { CollectedModule } from '../modules/collected-module.ts';
import { CONTENT_TYPES } from '../modules/rules.ts';
import { bundleSourceMap } from './source-map.ts';
import { BundleError } from '../../errors.ts';
import { pathNames, type PathNames, withStablePaths } from './stable-paths.ts';

/**
 * Puts together what is uploaded from one compilation.
 *
 * @throws BundleError BUNDLE_FAILED when two different files claim one module name
 */
export async function compiledBundle(compiled: Compiled, options: CompileOptions): Promise<Bundle> {
  const names = pathNames(options.baseDir);
  const isModules = options.format === 'modules';
  const collected = uniqueModules([...(options.found ?? []), ...compiled.collected]);
  const code = withStablePaths(compiled.code, Object.keys(compiled.metafile.inputs), names);
  const entry: BundleModule = {
    name: compiled.name,
    contentType: isModules ? CONTENT_TYPES.ESModule : CONTENT_TYPES.CommonJS,
    bytes: Buffer.from(code),
  };
  const bound: BoundModules = isModules
    ? { modules: [], bindings: [] }
    : await boundModules(collected, options);
  const modules = [entry, ...(isModules ? collected.map((module) => uploadedModule(module)) : bound.modules)];
  // Compressed beside the rest.
  const size = bundleSize(modules);
  const map = bundleSourceMap(compiled.map, { moduleName: compiled.name, outdir: compiled.outdir, names });
  return {
    format: options.format,
    mainModule: compiled.name,
    modules,
    sourceMaps: options.build.sourceMaps === false ? [] : [mapModule(compiled.name, map)],
    localSourceMap: map,
    bindings: bound.bindings,
    digest: bundleDigest(modules),
    exports: isModules ? compiled.exports : [],
    inputs: bundleInputs(inputSizes(code, compiled.metafile, names), collected, names),
    size: await size,
    warnings: await compileWarnings(compiled, options, names),
  };
}

/** A collected file as it is uploaded. */
export function uploadedModule(module: CollectedModule): BundleModule {
  return { name: module.name, contentType: CONTENT_TYPES[module.type], bytes: module.bytes };
}

/** The part that carries a module's source map. */
export function mapModule(moduleName: string, json: string): BundleModule {
  return { name: `${moduleName}.map`, contentType: 'application/source-map', bytes: Buffer.from(json) };
}

/** One module per name, sorted by name: esbuild finds them in parallel, so their order says nothing. */
function uniqueModules(modules: readonly CollectedModule[]): CollectedModule[] {
  const byName = new Map<string, CollectedModule>();
  for (const module of modules) {
    const other = byName.get(module.name);
    if (other !== undefined && Buffer.compare(other.bytes, module.bytes) !== 0) {
      throw new BundleError(
        'BUNDLE_FAILED',
        `Two different files would be uploaded as the module "${module.name}".`,
        {
          hint: 'Remove preserve_file_names, so that names tell contents apart, or rename one of the files.',
        },
      );
    }
    byName.set(module.name, module);
  }
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function boundModules(
  collected: readonly CollectedModule[],
  { build, inside }: CompileOptions,
): Promise<BoundModules> {
  const configured = await blobModules(build, inside);
  const imported = collectedBlobs(collected);
  return {
    modules: [...configured.modules, ...imported.modules],
    bindings: [...configured.bindings, ...imported.bindings],
  };
}

function bundleInputs(
  scripts: readonly BundleInput[],
  collected: readonly CollectedModule[],
  names: PathNames,
): BundleInput[] {
  const files = collected.map(({ file, bytes }) => ({ path: names.name(file), bytes: bytes.byteLength }));
  return [...scripts, ...files].toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
}

async function compileWarnings(
  compiled: Compiled,
  { context, baseDir, nodeMode }: CompileOptions,
  names: PathNames,
): Promise<string[]> {
  const messages = compiled.messages.map((message) => {
    const { place, message: text } = compileFinding(message, 'warning', { ...context, baseDir, nodeMode });
    return place === undefined ? text : `${place.file}:${place.line}:${place.column}: ${text}`;
  });
  const missing = [...compiled.missingBuiltins].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const builtins = missing.map(async ([specifier, importers]) => {
    const places = await Promise.all([...importers].map((file) => importPlace(file, specifier, names)));
    return (
      `"${specifier}" is built into Node.js and is not there without the compatibility flag "nodejs_compat" ` +
      `(or a compatibility_date from 2026-08-04 on): the Worker may not start. Imported by ${places.toSorted().join(', ')}.`
    );
  });
  return [...compiled.warnings, ...messages, ...(await Promise.all(builtins))];
}
