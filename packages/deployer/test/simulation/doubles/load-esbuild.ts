import * as disk from './disk.ts';

/** What of esbuild's answer tells how a module is written. */
interface Built {
  readonly metafile: { readonly outputs: Readonly<Record<string, { readonly exports: readonly string[] }>> };
  readonly outputFiles: readonly { readonly text: string }[];
}

/**
 * In the place of the real one, which is another process and does not see the disk in memory. Workers of lives are not
 * bundled, so all that is asked is what their one module exports.
 */
export function loadEsbuild(): {
  readonly build: (options: { readonly entryPoints: readonly string[] }) => Promise<Built>;
} {
  return {
    async build({ entryPoints: [file = ''] }) {
      const text = disk.read(file).toString();
      if (!/^export default \{/m.test(text))
        throw new Error(`what ${file} exports is more than a life knows`);
      return { metafile: { outputs: { [file]: { exports: ['default'] } } }, outputFiles: [{ text }] };
    },
  };
}

/** There is no process to start. */
export function startEsbuild(): void {
  return;
}
