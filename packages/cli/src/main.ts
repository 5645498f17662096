import { adoptEsbuild } from '@cf-deploy/deployer/ahead';
import { processWorld } from './start/process-world.ts';
import { steadyHeap } from './start/steady-heap.ts';
import { run } from './program.ts';
import { COMMANDS } from './registry.ts';

/**
 * Runs the command line of this process, writes out all that was said, and ends it.
 * @param atEnd called when everything is done, with the commands and the flags, without values, that were given
 * @param esbuild when it was started already
 */
export async function main(
  atEnd: (words: readonly string[]) => void,
  esbuild?: Parameters<typeof adoptEsbuild>[0],
): Promise<never> {
  if (esbuild !== undefined) adoptEsbuild(esbuild);
  const usualHeap = steadyHeap();
  const args = process.argv.slice(2);
  const { world, flush } = processWorld(process);
  const exitCode = await run(args, world);
  await flush();
  usualHeap();
  atEnd(args.flatMap(wordOf));
  // Idle keep-alive connections and a half-closed workerd would hold the process open for seconds.
  process.exit(exitCode);
}

function wordOf(arg: string): string[] {
  if (COMMANDS.some(({ name }) => name === arg)) return [arg];
  return /^--[a-z][a-z-]{0,30}(?==|$)/.exec(arg)?.slice(0, 1) ?? [];
}
