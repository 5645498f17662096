import { mkdir, mkdtemp, cp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { BuildContext } from '../../src/bundle/build-context.ts';
import type { BuildOptions, ModuleRule } from '../../src/resolve/resolved-worker.ts';

export const FIXTURES = fileURLToPath(new URL('../fixtures/bundle/', import.meta.url));

/** A temporary folder, removed when the test is over. */
export async function temporaryFolder(prefix = 'cf-deploy-bundle-'): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), prefix)));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files (path → content) into a new temporary folder and gives that folder. */
export async function project(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** Build options of a project whose configuration says nothing but `main`. */
export function buildOptions(projectDir: string, options: Partial<BuildOptions> = {}): BuildOptions {
  return {
    main: path.join(projectDir, 'src/index.ts'),
    projectDir,
    noBundle: false,
    findAdditionalModules: null,
    baseDir: null,
    preserveFileNames: false,
    rules: [],
    alias: {},
    define: {},
    minify: false,
    keepNames: true,
    sourceMaps: null,
    tsconfig: null,
    jsxFactory: null,
    jsxFragment: null,
    command: null,
    wasmModules: {},
    textBlobs: {},
    dataBlobs: {},
    hiddenPackages: [],
    ...options,
  };
}

/** A context with a date on which nothing of Node.js is there by itself. */
export function buildContext(rootDir: string, context: Partial<BuildContext> = {}): BuildContext {
  return {
    compatibilityDate: '2026-02-01',
    compatibilityFlags: [],
    rootDir,
    env: { PATH: process.env['PATH'] },
    ...context,
  };
}

/** A recorded case: what wrangler uploads for a project. */
export interface BundleCase {
  readonly title: string;
  readonly config: {
    readonly main: string;
    readonly compatibility_date?: string;
    readonly compatibility_flags?: readonly string[];
    readonly [key: string]: unknown;
  };
  readonly expected?: {
    readonly main: string | null;
    readonly body: string | null;
    readonly parts: readonly RecordedPart[];
    readonly bindings?: readonly { readonly type: string; readonly name: string; readonly part: string }[];
  };
  /** First line of wrangler's error. */
  readonly fails?: string;
  /** How many warnings wrangler prints. */
  readonly warnings?: number;
}

export interface RecordedPart {
  readonly name: string;
  readonly type: string;
  readonly size?: number;
  readonly generated?: boolean;
  readonly imports?: readonly string[];
  readonly exports?: readonly string[];
  readonly sameAs?: string;
  readonly sources?: readonly string[];
  readonly otherSources?: number;
}

export async function readCase(name: string): Promise<BundleCase> {
  return JSON.parse(await readFile(path.join(FIXTURES, name, 'case.json'), 'utf8')) as BundleCase;
}

/** The case's project in a temporary folder, with its packages installed. */
export async function caseProject(name: string): Promise<string> {
  const folder = await temporaryFolder();
  await cp(path.join(FIXTURES, name, 'files'), folder, { recursive: true });
  await rename(path.join(folder, 'installed'), path.join(folder, 'node_modules')).catch(() => undefined);
  return folder;
}

/** The case's configuration as the config room resolves it. */
export function caseBuild(
  folder: string,
  { config }: BundleCase,
): { build: BuildOptions; context: BuildContext } {
  const at = (value: unknown): string => path.resolve(folder, String(value));
  const paths = (section: unknown): Record<string, string> =>
    Object.fromEntries(Object.entries((section ?? {}) as object).map(([name, file]) => [name, at(file)]));
  const command = (config['build'] as { command?: string } | undefined)?.command;
  const rules = (config['rules'] ?? []) as (Omit<ModuleRule, 'fallthrough'> & { fallthrough?: boolean })[];
  const build = buildOptions(folder, {
    main: at(config.main),
    noBundle: config['no_bundle'] === true,
    findAdditionalModules: (config['find_additional_modules'] as boolean | undefined) ?? null,
    baseDir: config['base_dir'] === undefined ? null : at(config['base_dir']),
    preserveFileNames: config['preserve_file_names'] === true,
    rules: rules.map((rule) => ({ ...rule, fallthrough: rule.fallthrough ?? null })),
    alias: (config['alias'] ?? {}) as Record<string, string>,
    define: (config['define'] ?? {}) as Record<string, string>,
    minify: config['minify'] === true,
    keepNames: config['keep_names'] !== false,
    sourceMaps: (config['upload_source_maps'] as boolean | undefined) ?? null,
    tsconfig: config['tsconfig'] === undefined ? null : at(config['tsconfig']),
    jsxFactory: (config['jsx_factory'] as string | undefined) ?? null,
    jsxFragment: (config['jsx_fragment'] as string | undefined) ?? null,
    command: command === undefined ? null : { command, cwd: folder, watchDir: [] },
    wasmModules: paths(config['wasm_modules']),
    textBlobs: paths(config['text_blobs']),
    dataBlobs: paths(config['data_blobs']),
  });
  const context = buildContext(folder, {
    compatibilityDate: config.compatibility_date ?? '2026-02-01',
    compatibilityFlags: config.compatibility_flags ?? [],
  });
  return { build, context };
}
