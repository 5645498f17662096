import { ConfigError } from '../errors.ts';
import { isWorkerThere } from '../sections/live.ts';
import { openWorker } from '../session/tenant-context.ts';
import type { CommandScope, World } from '../session/world.ts';
import { allOf } from './claims.ts';

/** A Worker of a tenant that is in an account now. */
export interface DeployedWorker {
  readonly worker: string | null;
  readonly environment: string | null;
  readonly accountId: string;
  readonly scriptName: string;
}

/**
 * The Workers of a tenant that are deployed, in every environment of its file. Only reads.
 * @throws ConfigError CONFIG_INVALID where its files do not resolve, so that nobody knows what they would be called
 */
export async function deployedOf(
  world: World,
  scope: CommandScope,
  tenant: string,
): Promise<readonly DeployedWorker[]> {
  const unresolved = new Map<string, string>();
  const workers = await allOf(world, scope, tenant, unresolved);
  const why = unresolved.get(tenant);
  if (why !== undefined) {
    throw new ConfigError(
      'CONFIG_INVALID',
      `The files of ${tenant} do not resolve, so nobody knows what is deployed: ${why}`,
      {
        hint: 'Correct them: cf-deploy validate shows all of it.',
      },
    );
  }
  const found: DeployedWorker[] = [];
  for (const worker of workers) {
    const context = await openWorker(world, scope, worker);
    if (!(await isWorkerThere(context.api.reader, context.worker))) continue;
    const { scriptName, environment, accountId } = context.worker;
    // Environments without a name of their own may be one Worker.
    if (found.some((each) => each.accountId === accountId && each.scriptName === scriptName)) continue;
    found.push({ worker: worker.worker, environment, accountId, scriptName });
  }
  return found;
}
