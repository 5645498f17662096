import { z } from 'zod';
import type { WorkerBinding } from '../bindings/binding.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import { path } from '../cloudflare/client/path.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { DeployError } from '../errors.ts';

/** Error numbers that say that there is no such database. Source: D1 look-up. */
const ABSENT = [7404, 7400];

/**
 * Puts the ids of D1 databases in that the file only names. A Worker without such a binding costs no call.
 * Source: `GET d1/database/{name}`, as wrangler does it.
 *
 * @throws DeployError RESOURCE_MISSING when the account has no database of that name
 */
export async function withDatabaseIds(worker: ResolvedWorker, reader: ReadClient): Promise<ResolvedWorker> {
  if (!worker.bindings.some((binding) => databaseName(binding) !== null)) return worker;
  const bindings = await Promise.all(worker.bindings.map((binding) => withId(binding, reader)));
  return { ...worker, bindings };
}

async function withId(binding: WorkerBinding, reader: ReadClient): Promise<WorkerBinding> {
  const name = databaseName(binding);
  if (name === null) return binding;
  const found = await reader.find(
    {
      purpose: `look up D1 database ${name}`,
      path: path`/accounts/${reader.accountId}/d1/database/${name}`,
      shape: z.looseObject({ uuid: z.string().max(100) }),
    },
    ABSENT,
  );
  if (found !== null) return { name: binding.name, type: 'd1', id: found.uuid };
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
