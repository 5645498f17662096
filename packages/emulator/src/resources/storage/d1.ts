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
import type { Reader } from '../../store/store.ts';
import { optional } from '../../wire/scripts.ts';
import { readJurisdiction } from './jurisdiction.ts';
import type { D1DatabaseDocument } from '../../store/model/storage.ts';
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
        const { items, info } = paginate(found, call, 100, 10_000);
        return success(items.map(listed), { resultInfo: info });
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
  notServed: [
    {
      route: `GET ${BASE}/:database_id/time_travel/bookmark`,
      asks: 'wrangler d1 time-travel info',
      why: 'There is one state of a database, the present one; keep a copy of the state directory instead.',
    },
    {
      route: `POST ${BASE}/:database_id/time_travel/restore`,
      asks: 'wrangler d1 time-travel restore',
      why: 'There is one state of a database, the present one; keep a copy of the state directory instead.',
    },
    {
      route: `POST ${BASE}/:database_id/export`,
      asks: 'wrangler d1 export',
      why: 'Read the tables with queries instead.',
    },
    {
      route: `POST ${BASE}/:database_id/import`,
      asks: 'wrangler d1 execute --file',
      why: 'Send the statements with --command, or as migrations, instead.',
    },
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
    ...readReplication(body),
    ...readJurisdiction(body, 'd1BadRequest'),
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

/** PUT asks for `read_replication`; PATCH keeps what is left out. */
async function updateDatabase(call: Call): Promise<Response> {
  const { uuid } = findDatabase(call);
  const changes = readReplication(await readObject(call, ['read_replication'], 'd1BadRequest'));
  const database = call.store.write((tx) => {
    const after: D1DatabaseDocument = { ...findDatabase(call, tx), ...changes };
    tx.put('d1', keyOf(call.account.id, uuid), after);
    return after;
  });
  return success(toWire(database));
}

function readReplication(body: JsonObject): Pick<D1DatabaseDocument, 'readReplication'> {
  const wanted = body['read_replication'];
  if (wanted === undefined || wanted === null) return {};
  if (!isObject(wanted)) throw failure('d1BadRequest', 'read_replication must be an object.');
  refuseUnknown(wanted, ['mode'], 'read_replication.');
  const { mode } = wanted;
  if (mode !== 'auto' && mode !== 'disabled')
    throw failure('d1BadRequest', 'read_replication.mode must be "auto" or "disabled".');
  return { readReplication: mode };
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
function findDatabase(call: Call, reader: Reader = call.store): D1DatabaseDocument {
  const wanted = param(call, 'database_id');
  const database =
    reader.get('d1', keyOf(call.account.id, wanted)) ??
    reader.list('d1', call.account.id).find(({ name }) => name === wanted);
  if (database === undefined) throw failure('d1NotFound', `The database ${wanted} could not be found`);
  return database;
}

function toWire(database: D1DatabaseDocument): JsonObject {
  return {
    ...listed(database),
    num_tables: 0,
    file_size: 0,
    running_in_region: 'WEUR',
    read_replication: { mode: database.readReplication ?? 'disabled' },
  };
}

/** A database's entry in lists. */
function listed({ uuid, name, createdOn, jurisdiction }: D1DatabaseDocument): JsonObject {
  return {
    uuid,
    name,
    version: 'production',
    created_at: createdOn,
    ...optional('jurisdiction', jurisdiction),
  };
}
