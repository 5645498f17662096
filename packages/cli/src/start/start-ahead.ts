import { fileURLToPath } from 'node:url';
import type { startEsbuild } from '@cf-deploy/deployer/ahead';
import { loadKeptModule, type KeepCompiled } from './kept-module.ts';
import { cacheOf } from './load-program.ts';

/** Commands that build code. */
const BUILDING: ReadonlySet<string> = new Set(['build', 'config', 'deploy', 'drift', 'plan', 'validate']);

/** What was started. */
export interface Started {
  readonly esbuild: ReturnType<typeof startEsbuild>;
  readonly keepCompiled: KeepCompiled;
}

/**
 * Starts esbuild's process while the program is still being loaded, for commands that build something. Only ahead of
 * time: who is wrong about the command loses nothing but the start.
 */
export async function startAhead(args: readonly string[]): Promise<Started | null> {
  if (!args.some((arg) => BUILDING.has(arg)) || args.includes('--help') || args.includes('-h')) return null;
  const ahead = await import('@cf-deploy/deployer/ahead');
  let keepCompiled: KeepCompiled = () => undefined;
  const esbuild = ahead.startEsbuild((file) => {
    keepCompiled = loadKeptModule(file, cacheOf(fileURLToPath(new URL('esbuild.cjs', import.meta.url))));
  });
  return { esbuild, keepCompiled };
}
