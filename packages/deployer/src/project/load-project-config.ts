import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildFailure, Plugin } from 'esbuild';
import { loadEsbuild } from '../load-esbuild.ts';
import type { Finding } from '../findings/finding.ts';
import { formatPath } from '../findings/format-path.ts';
import { filesAmong } from './files-among.ts';
import type { ProjectRules } from './project-config.ts';
import { type NodeRange, type SourceDocument, sourceDocument } from '../documents/source-document.ts';
import type { DocumentPath } from '../findings/format-path.ts';
import type { Json } from '../json.ts';
import { schemaFindings } from '../shapes/zod-findings.ts';

/** Names the file may have, in the order in which they are looked for. */
const FILES = [
  'cf-deploy.config.ts',
  'cf-deploy.config.mts',
  'cf-deploy.config.js',
  'cf-deploy.config.mjs',
] as const;

/** A project's rules; with findings, the rules are empty. */
export interface LoadedProject {
  readonly rules: ProjectRules;
  readonly findings: readonly Finding[];
  /** Name → text, for code frames; empty without a file. */
  readonly sources: Readonly<Record<string, string>>;
  /** The file with its values, to find places in; null without one that was loaded. */
  readonly document: SourceDocument | null;
}

/**
 * Loads `cf-deploy.config.ts` (or .mts, .js, .mjs) of a project. Without one there are no rules. The file is the
 * project's own code and is run; it is bundled first, so it may import other files and packages. Load it once for many
 * tenants.
 *
 * @param rootDir absolute path of the project root
 */
export async function loadProjectConfig(rootDir: string): Promise<LoadedProject> {
  const [file] = filesAmong(rootDir, FILES);
  if (file === undefined) return { rules: {}, findings: [], sources: {}, document: null };
  const path = join(rootDir, file);
  const text = await readFile(path, 'utf8');
  const sources = { [file]: text };
  const loaded = await run(path, file);
  if ('findings' in loaded) return { rules: {}, findings: loaded.findings, sources, document: null };
  const document = sourceDocument(
    file,
    text,
    loaded.value,
    remembered((keys) => approximateRange(text, keys)),
  );
  const { projectSchema } = await import('./project-schema.ts');
  const findings = schemaFindings({ schema: projectSchema, value: loaded.value, document, path: [] });
  const rules = findings.length > 0 ? {} : (loaded.value as ProjectRules);
  return { rules, findings, sources, document };
}

/** Answers `import { defineConfig } from '@cf-deploy/deployer'` without loading the library a second time. */
const ownPackage: Plugin = {
  name: 'cf-deploy',
  setup: (setup) => {
    setup.onResolve({ filter: /^@cf-deploy\/deployer$/ }, () => ({
      path: 'deployer',
      namespace: 'cf-deploy',
    }));
    setup.onLoad({ filter: /.*/, namespace: 'cf-deploy' }, () => ({
      contents: 'export const defineConfig = (config) => config;',
    }));
  },
};

async function run(
  path: string,
  file: string,
): Promise<{ readonly value: Json | undefined } | { readonly findings: readonly Finding[] }> {
  try {
    const result = await loadEsbuild().build({
      entryPoints: [path],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'silent',
      plugins: [ownPackage],
      // CommonJS packages among its imports call require.
      banner: {
        js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(${JSON.stringify(path)});`,
      },
    });
    const code = Buffer.from(result.outputFiles[0]?.contents ?? []).toString('base64');
    const module = (await import(`data:text/javascript;base64,${code}`)) as { readonly default?: Json };
    if (module.default !== undefined) return { value: module.default };
    return {
      findings: [problem(file, 'has no default export', 'Write `export default defineConfig({ … })`.')],
    };
  } catch (error) {
    if (isBuildFailure(error))
      return { findings: error.errors.map((message) => compileFinding(file, message)) };
    const reason = error instanceof Error ? error.message : String(error);
    return { findings: [problem(file, `threw while it was loaded: ${reason}`, 'Correct the file.')] };
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function compileFinding(file: string, message: BuildFailure['errors'][number]): Finding {
  const { location } = message;
  return {
    ...problem(file, `does not compile: ${message.text}`, 'Correct the file.'),
    ...(location === null
      ? {}
      : { place: { file, line: location.line, column: location.column + 1, length: location.length } }),
  };
}

function problem(file: string, what: string, hint: string): Finding {
  return {
    severity: 'error',
    code: 'project-config',
    path: '',
    place: { file, line: 1, column: 1 },
    message: `${file} ${what}.`,
    hint,
  };
}

/** Every tenant asks for the same few places. */
function remembered(
  rangeOf: (keys: DocumentPath) => NodeRange | undefined,
): (keys: DocumentPath) => NodeRange | undefined {
  const known = new Map<string, NodeRange | undefined>();
  return (keys) => {
    const key = JSON.stringify(keys.filter((part) => typeof part === 'string'));
    if (!known.has(key)) known.set(key, rangeOf(keys));
    return known.get(key);
  };
}

/** A module has no positions for its values: each key is looked for behind the one it stands in. */
function approximateRange(text: string, keys: DocumentPath): NodeRange | undefined {
  let found: NodeRange | undefined;
  let from = 0;
  for (const key of keys) {
    if (typeof key === 'number') continue;
    const pattern = new RegExp(String.raw`\b${key.replaceAll(/\W/g, '.')}\b["']?\s*[:(]`, 'g');
    pattern.lastIndex = from;
    const offset = pattern.exec(text)?.index;
    if (offset === undefined) continue;
    from = offset;
    found = { value: { offset, length: formatPath([key]).length } };
  }
  return found;
}
