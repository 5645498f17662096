import { resolveTarget } from '../session/tenant-context.ts';
import type { Target } from '../session/target.ts';
import type { CommandScope, World } from '../session/world.ts';
import type { WorkerBinding } from '../bindings/binding.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';

/** What the files of a target come to, every default filled in. */
export interface ConfigResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly worker: ResolvedWorker;
  readonly bindings: readonly WorkerBinding[];
}

/** Reads the files of a target, and nothing else. @throws ConfigError with findings, when they say no Worker */
export async function showConfig(world: World, scope: CommandScope, target: Target): Promise<ConfigResult> {
  const worker = await resolveTarget(world, scope, target);
  const { tenant, environment, bindings } = worker;
  return { tenant, environment, worker, bindings };
}
