import type { WorkerBinding } from '../bindings/binding.ts';
import type { AccountReads } from '../cloudflare/account-reads.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { DeployError } from '../errors.ts';

/**
 * Puts the ids of D1 databases in that the file only names, as wrangler does it. A Worker without such a binding costs no
 * call, and a name is looked up once in a run.
 *
 * @throws DeployError RESOURCE_MISSING when the account has no database of that name
 */
export async function withDatabaseIds(
  worker: ResolvedWorker,
  reader: ReadClient,
  reads: AccountReads,
): Promise<ResolvedWorker> {
  if (!worker.bindings.some((binding) => databaseName(binding) !== null)) return worker;
  const bindings = await Promise.all(worker.bindings.map((binding) => withId(binding, reader, reads)));
  return { ...worker, bindings };
}

async function withId(
  binding: WorkerBinding,
  reader: ReadClient,
  reads: AccountReads,
): Promise<WorkerBinding> {
  const name = databaseName(binding);
  if (name === null) return binding;
  const id = await reads.databaseId(reader, name);
  if (id !== null) return { name: binding.name, type: 'd1', id };
  throw new DeployError(
    'RESOURCE_MISSING',
    `Binding ${binding.name} names the D1 database ${name}, which account ${reader.accountId} does not have.`,
    { hint: 'Create it in this account, or correct `database_name` in the wrangler file.' },
  );
}

function databaseName(binding: WorkerBinding): string | null {
  const name = binding['database_name'];
  return binding.type === 'd1' && binding['id'] === undefined && typeof name === 'string' ? name : null;
}
