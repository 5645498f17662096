import type { Metafile } from 'esbuild';
import type { BundleInput } from './bundle.ts';
import { isVirtual, type PathNames } from './compile/stable-paths.ts';

/**
 * How many bytes of each input are in the output. esbuild's own numbers include, for some files, the comment with the
 * path as this machine has it; so, where there are comments, the bytes between them are counted instead.
 *
 * @param code - the output, with stable paths in its comments
 */
export function inputSizes(code: string, metafile: Metafile, names: PathNames): BundleInput[] {
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  const used = output?.inputs ?? {};
  const inputs = Object.keys({ ...used, ...metafile.inputs }).map((file) => ({
    path: isVirtual(file) ? file : names.name(file),
    // What was read and dropped counts too: a change of it may bring it in.
    bytes: used[file]?.bytesInOutput ?? 0,
  }));
  const counted = bytesByComment(code, new Set(inputs.map(({ path }) => path)));
  if (counted.size === 0) return inputs;
  return inputs.map(({ path }) => ({ path, bytes: counted.get(path) ?? 0 }));
}

function bytesByComment(code: string, paths: ReadonlySet<string>): Map<string, number> {
  const bytes = new Map<string, number>();
  let current: string | null = null;
  for (const line of code.split('\n')) {
    const path = /^ *\/\/ (.+)$/.exec(line)?.[1];
    if (path !== undefined && paths.has(path)) {
      current = path;
    } else if (line === 'export {') {
      current = null;
    } else if (current !== null) {
      bytes.set(current, (bytes.get(current) ?? 0) + Buffer.byteLength(line) + 1);
    }
  }
  return bytes;
}
