import { resolve } from 'node:path';
import type { AssetsSection } from '../bindings/assets.ts';
import type { AssetsOptions, BuildOptions } from './resolved-worker.ts';
import type { Json } from '../json.ts';
import type { PlainFields } from './schema/worker-fields.ts';

/** What the bundler needs, with absolute paths; null for a Worker without code. */
export function resolveBuild(fields: PlainFields, projectDir: string): BuildOptions | null {
  if (fields.main === undefined) return null;
  const absolute = (path: string): string => resolve(projectDir, path);
  const all = (paths: Readonly<Record<string, string>> | undefined): Record<string, string> =>
    Object.fromEntries(Object.entries(paths ?? {}).map(([name, path]) => [name, absolute(path)]));
  return {
    main: absolute(fields.main),
    projectDir,
    noBundle: fields.no_bundle ?? false,
    findAdditionalModules: fields.find_additional_modules ?? null,
    baseDir: fields.base_dir === undefined ? null : absolute(fields.base_dir),
    preserveFileNames: fields.preserve_file_names ?? false,
    rules: (fields.rules ?? []).map((rule) => ({
      type: rule.type,
      globs: rule.globs,
      fallthrough: rule.fallthrough ?? null,
    })),
    alias: fields.alias ?? {},
    define: fields.define ?? {},
    minify: fields.minify ?? false,
    keepNames: fields.keep_names ?? true,
    sourceMaps: fields.upload_source_maps ?? null,
    tsconfig: fields.tsconfig === undefined ? null : absolute(fields.tsconfig),
    jsxFactory: fields.jsx_factory ?? null,
    jsxFragment: fields.jsx_fragment ?? null,
    command: resolveCommand(fields, projectDir),
    wasmModules: all(fields.wasm_modules),
    textBlobs: all(fields.text_blobs),
    dataBlobs: all(fields.data_blobs),
    hiddenPackages: hiddenPackages(fields),
  };
}

function hiddenPackages({ dependencies_instrumentation: listing }: PlainFields): readonly string[] {
  return listing?.enabled === false ? ['*'] : (listing?.exclude_packages ?? []);
}

/** Static assets; null when the file has none. */
export function resolveAssets(section: Json | undefined, projectDir: string): AssetsOptions | null {
  if (section === undefined) return null;
  const { directory, binding, ...config } = section as AssetsSection;
  if (directory === undefined) return null;
  return { directory: resolve(projectDir, directory), binding: binding ?? null, config };
}

/** The custom build of a Worker, with or without code; null without one. */
export function resolveCommand(fields: PlainFields, projectDir: string): BuildOptions['command'] {
  const absolute = (path: string): string => resolve(projectDir, path);
  const { command, cwd, watch_dir: watch } = fields.build ?? {};
  if (command === undefined) return null;
  const watched = typeof watch === 'string' ? [watch] : (watch ?? ['./src']);
  return { command, cwd: absolute(cwd ?? '.'), watchDir: watched.map((path) => absolute(path)) };
}
