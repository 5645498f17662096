import { clientSource } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readJson, readObject, refuseUnknown, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { checkQuota } from '../../rules/account/quotas.ts';
import type { D1Result } from '../../runtime/contract.ts';
import { keyOf } from '../../store/documents.ts';
import type { D1DatabaseDocument } from '../../store/model.ts';
import { isObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/d1/database';

/** D1 databases and queries. */
export const d1Resource: Resource = {
  product: 'D1',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      { known: 'observed', permission: P.d1Read, query: ['page', 'per_page', 'name'] },
      (call) => {
        const name = call.query.get('name');
        const found = call.store
          .list('d1', call.account.id)
          .filter((db) => name === null || db.name.includes(name));
        const { items, info } = paginate(found, call.query, 100, 10_000);
        return success(
          items.map(({ uuid, name: title, createdOn }) => ({
            uuid,
            name: title,
            version: 'production',
            created_at: createdOn,
          })),
          { resultInfo: info },
        );
      },
    ),
    endpoint(`POST ${BASE}`, { known: 'observed', permission: P.d1Write }, createDatabase),
    endpoint(
      `GET ${BASE}/:database_id`,
      { known: 'observed', permission: P.d1Read, query: ['fields'] },
      (call) => success(toWire(findDatabase(call))),
    ),
    endpoint(`PUT ${BASE}/:database_id`, { known: 'documentation', permission: P.d1Write }, updateDatabase),
    endpoint(`PATCH ${BASE}/:database_id`, { known: 'documentation', permission: P.d1Write }, updateDatabase),
    endpoint(
      `DELETE ${BASE}/:database_id`,
      { known: 'documentation', permission: P.d1Write },
      async (call) => {
        const { uuid } = findDatabase(call);
        call.store.write((tx) => tx.delete('d1', keyOf(call.account.id, uuid)));
        await call.runtime.data.drop(call.account.id, 'd1', uuid);
        return success(null);
      },
    ),
    endpoint(`POST ${BASE}/:database_id/query`, { known: 'observed', permission: P.d1Write }, async (call) =>
      success(await query(call)),
    ),
    endpoint(
      `POST ${BASE}/:database_id/raw`,
      { known: 'documentation', permission: P.d1Write },
      async (call) => success((await query(call)).map(asRaw)),
    ),
  ],
  behaviours: [
    clientSource(
      'A database is found by id or by name. Absent 7404, taken 7502, quota 7406, failed query 7500.',
    ),
  ],
};

async function createDatabase(call: Call): Promise<Response> {
  const body = await readObject(
    call,
    ['name', 'primary_location_hint', 'jurisdiction', 'read_replication'],
    'd1BadRequest',
  );
  const name = requiredString(body, 'name', 'd1BadRequest');
  const database: D1DatabaseDocument = {
    accountId: call.account.id,
    uuid: call.ids.uuid(),
    name,
    createdOn: call.clock.now().toISOString(),
  };
  call.store.write((tx) => {
    const all = tx.list('d1', call.account.id);
    if (all.some((other) => other.name === name)) {
      throw failure('d1NameTaken', `A database with the name '${name}' already exists.`);
    }
    checkQuota(call.account.plan, 'd1Databases', all.length + 1);
    tx.put('d1', keyOf(call.account.id, database.uuid), database);
  });
  return success(toWire(database));
}

async function updateDatabase(call: Call): Promise<Response> {
  const database = findDatabase(call);
  await readObject(call, ['read_replication'], 'd1BadRequest');
  return success(toWire(database));
}

async function query(call: Call): Promise<D1Result[]> {
  const { uuid } = findDatabase(call);
  const body = await readJson(call, 'd1BadRequest');
  if (!isObject(body)) throw failure('d1BadRequest');
  refuseUnknown(body, ['sql', 'params', 'batch']);
  const statements = body['batch'] === undefined ? [body] : body['batch'];
  if (!Array.isArray(statements)) throw failure('d1BadRequest', 'batch must be an array.');
  const results: D1Result[] = [];
  for (const statement of statements) {
    if (!isObject(statement)) throw failure('d1BadRequest');
    const sql = requiredString(statement, 'sql', 'd1BadRequest');
    const params = statement['params'] ?? [];
    if (!Array.isArray(params)) throw failure('d1BadRequest', 'params must be an array.');
    try {
      results.push(...(await call.runtime.data.d1Query(call.account.id, uuid, sql, params)));
    } catch (error) {
      throw failure('d1Query', error instanceof Error ? error.message : undefined);
    }
  }
  return results;
}

function asRaw({ results, success: ok, meta }: D1Result): JsonObject {
  const columns = Object.keys(results[0] ?? {});
  return {
    results: { columns, rows: results.map((row) => columns.map((column) => row[column] ?? null)) },
    success: ok,
    meta,
  };
}

/** By uuid, or by name as wrangler asks. @throws 7404 */
function findDatabase(call: Call): D1DatabaseDocument {
  const wanted = param(call, 'database_id');
  const database =
    call.store.get('d1', keyOf(call.account.id, wanted)) ??
    call.store.list('d1', call.account.id).find(({ name }) => name === wanted);
  if (database === undefined) throw failure('d1NotFound', `The database ${wanted} could not be found`);
  return database;
}

function toWire({ uuid, name, createdOn }: D1DatabaseDocument): JsonObject {
  return {
    uuid,
    name,
    version: 'production',
    created_at: createdOn,
    num_tables: 0,
    file_size: 0,
    running_in_region: 'WEUR',
    read_replication: { mode: 'disabled' },
  };
}
