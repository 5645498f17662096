import path from 'node:path';
import { loadEsbuild } from '../load-esbuild.ts';
import { SOURCE_OPTIONS } from './compile/esbuild-options.ts';

const MARKER = '__CF_DEPLOY_ADD_EVENT_LISTENER__';

/** Syntax of the entry. */
export interface WorkerFormat {
  readonly format: 'modules' | 'service-worker';
  readonly python: boolean;
  /** What the entry file itself exports by name (`export *` is not followed). */
  readonly exports: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Tells module syntax from service-worker syntax by looking at the entry alone: a default export, or exports without
 * any `addEventListener`, make it modules.
 *
 * @throws esbuild's BuildFailure when the entry does not parse
 */
export async function detectFormat(entry: {
  readonly file: string;
  readonly baseDir: string;
  readonly tsconfig: string | null;
}): Promise<WorkerFormat> {
  if (path.extname(entry.file) === '.py')
    return { format: 'modules', python: true, exports: [], warnings: [] };
  const result = await loadEsbuild().build({
    ...SOURCE_OPTIONS,
    entryPoints: [entry.file],
    absWorkingDir: entry.baseDir,
    outdir: path.join(entry.baseDir, '.cf-deploy-out'),
    define: {
      addEventListener: MARKER,
      'globalThis.addEventListener': MARKER,
      'self.addEventListener': MARKER,
    },
    ...(entry.tsconfig === null ? {} : { tsconfig: entry.tsconfig }),
  });
  const exports = Object.values(result.metafile.outputs).flatMap((output) => output.exports);
  if (exports.includes('default')) return { format: 'modules', python: false, exports, warnings: [] };
  if (exports.length === 0) return { format: 'service-worker', python: false, exports, warnings: [] };
  const listens = result.outputFiles.some((file) => file.text.includes(MARKER));
  if (!listens) return { format: 'modules', python: false, exports, warnings: [] };
  const warning =
    `${path.basename(entry.file)} has exports but no default export, and adds event listeners: it is built as a ` +
    `service worker, and its exports are lost.`;
  return { format: 'service-worker', python: false, exports, warnings: [warning] };
}
