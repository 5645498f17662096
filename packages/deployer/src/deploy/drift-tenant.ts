import type { DriftResult } from '../deployer-api.ts';
import { readActual } from '../state/actual.ts';
import { driftReport } from '../state/drift.ts';
import { prepareRelease } from './prepare.ts';
import type { TenantContext } from './tenant-context.ts';

/** What differs between the files and the account, undeclared triggers included. Only reads. */
export async function driftTenant(context: TenantContext): Promise<DriftResult> {
  const { worker, world, api, account } = context;
  api.warmUp();
  const release = await prepareRelease(context);
  world.emit({ type: 'stage', tenant: worker.tenant, stage: 'read' });
  const actual = await readActual({ reader: api.reader, account, worker, scope: 'all' });
  return { ...driftReport(worker, release.desired, actual), calls: context.calls(), error: null };
}
