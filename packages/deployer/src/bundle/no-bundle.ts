import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildOptions } from '../resolve/resolved-worker.ts';
import { BundleError } from '../errors.ts';
import type { BuildContext } from './build-context.ts';
import type { Bundle, BundleModule } from './bundle.ts';
import { bundleSize } from './check/bundle-size.ts';
import { mapModule, uploadedModule } from './compile/compiled-bundle.ts';
import { bundleDigest } from './digest.ts';
import type { CollectedModule } from './modules/collected-module.ts';
import type { RuleType } from './modules/rules.ts';
import type { NodeMode } from './node/node-mode.ts';
import { blobModules } from './service-worker-blobs.ts';
import { moduleSourceMap } from './compile/source-map.ts';
import { pathNames } from './compile/stable-paths.ts';
import type { WorkerFormat } from './worker-format.ts';

/** Options of {@link unbundled}. */
export interface UnbundledOptions {
  readonly build: BuildOptions;
  readonly context: BuildContext;
  readonly entry: string;
  readonly baseDir: string;
  readonly format: WorkerFormat;
  readonly nodeMode: NodeMode;
  readonly found: readonly CollectedModule[] | null;
  /** Throws for a file that must not be read. */
  readonly inside: (file: string) => void;
}

/**
 * The upload of a Worker that is not bundled (`no_bundle`, and always Python): the entry as it is, and the files the
 * module rules find beside it. Maps they point at go up with them.
 *
 * @throws BundleError BUNDLE_FAILED when `upload_source_maps` is true and a map a module points at cannot be read
 */
export async function unbundled(options: UnbundledOptions): Promise<Bundle> {
  const { build, entry, format, found } = options;
  const main: CollectedModule = {
    name: path.basename(entry),
    type: entryType(format),
    bytes: await readFile(entry),
    file: entry,
  };
  const files = [main, ...(found ?? [])];
  const bound =
    format.format === 'modules' ? { modules: [], bindings: [] } : await blobModules(build, options.inside);
  const modules = [...files.map((module) => uploadedModule(module)), ...bound.modules];
  const maps = build.sourceMaps === false ? [] : await sourceMaps(files, options);
  const names = pathNames(options.baseDir);
  return {
    format: format.format,
    mainModule: main.name,
    modules,
    sourceMaps: maps,
    localSourceMap: mapText(maps, main.name),
    bindings: bound.bindings,
    digest: bundleDigest(modules),
    exports: format.format === 'modules' ? format.exports : [],
    inputs: files
      .map(({ file, bytes }) => ({ path: names.name(file), bytes: bytes.byteLength }))
      .toSorted((a, b) => b.bytes - a.bytes),
    size: await bundleSize(modules),
    warnings: warnings(options),
  };
}

function entryType({ format, python }: WorkerFormat): RuleType {
  if (python) return 'PythonModule';
  return format === 'modules' ? 'ESModule' : 'CommonJS';
}

function warnings({ build, format, nodeMode }: UnbundledOptions): string[] {
  if (format.python) return [];
  return [
    ...(build.minify ? ['"minify" has no effect with "no_bundle".'] : []),
    ...(nodeMode === 'v2'
      ? ['With "no_bundle" nothing of Node.js is polyfilled; only what the runtime has itself is there.']
      : []),
  ];
}

async function sourceMaps(
  files: readonly CollectedModule[],
  { build, inside }: UnbundledOptions,
): Promise<BundleModule[]> {
  const maps: BundleModule[] = [];
  for (const module of files) {
    if (module.type !== 'ESModule' && module.type !== 'CommonJS') continue;
    const url = sourceMappingUrl(module.bytes);
    if (url === null) continue;
    try {
      if (url.startsWith('data:')) throw new Error('it is a data URL');
      const file = path.resolve(path.dirname(module.file), url);
      inside(file);
      const json = await readFile(file, 'utf8');
      maps.push(mapModule(module.name, moduleSourceMap(json, module.name)));
    } catch (error) {
      if (error instanceof BundleError) throw error;
      if (build.sourceMaps === true) throw mapError(module.name, error);
    }
  }
  return maps;
}

function sourceMappingUrl(bytes: Uint8Array): string | null {
  const lastLine = Buffer.from(bytes).toString().trimEnd().split('\n').at(-1) ?? '';
  return /^\/\/# sourceMappingURL=(.+)$/.exec(lastLine)?.[1]?.trim() ?? null;
}

function mapError(name: string, cause: unknown): BundleError {
  const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'the file does not exist' : String(cause);
  return new BundleError('BUNDLE_FAILED', `The source map of ${name} cannot be uploaded: ${why}.`, {
    hint: 'Write the map to a file beside the module, or set "upload_source_maps" to false.',
    cause,
  });
}

function mapText(maps: readonly BundleModule[], mainModule: string): string | null {
  const map = maps.find(({ name }) => name === `${mainModule}.map`);
  return map === undefined ? null : Buffer.from(map.bytes).toString();
}
