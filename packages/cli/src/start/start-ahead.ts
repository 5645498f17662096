/** Commands that build code. */
const BUILDING: ReadonlySet<string> = new Set(['build', 'config', 'deploy', 'drift', 'plan', 'validate']);

/**
 * Starts esbuild's process while the program is still being loaded, for commands that build something. Only ahead of
 * time: who is wrong about the command loses nothing but the start.
 */
export async function startAhead(args: readonly string[]): Promise<void> {
  if (!args.some((arg) => BUILDING.has(arg)) || args.includes('--help') || args.includes('-h')) return;
  const { startEsbuild } = await import('@cf-deploy/deployer/ahead');
  startEsbuild();
}
