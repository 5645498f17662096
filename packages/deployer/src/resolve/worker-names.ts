import type { ResolvedWorker } from './resolved-worker.ts';

/** Which Worker something is about: what every plan, result and record says first. */
export type WorkerNames = Pick<
  ResolvedWorker,
  'tenant' | 'worker' | 'environment' | 'accountId' | 'scriptName'
>;

/** Takes them off the resolved Worker. */
export function namesOf(worker: ResolvedWorker): WorkerNames {
  const { tenant, environment, accountId, scriptName } = worker;
  return { tenant, worker: worker.worker, environment, accountId, scriptName };
}
