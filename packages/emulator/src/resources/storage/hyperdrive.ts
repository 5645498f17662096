import { assumedCode, documented, observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readObject } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { checkQuota } from '../../rules/account/quotas.ts';
import { keyOf } from '../../store/documents.ts';
import { optional } from '../../wire/scripts.ts';
import type { HyperdriveDocument } from '../../store/model/storage.ts';
import { compact, isObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/hyperdrive/configs';
/** `dev` is what another deploy library sends along; Cloudflare takes it and does not give it back. */
const FIELDS = ['name', 'origin', 'caching', 'mtls', 'origin_connection_limit', 'dev'];

/** Hyperdrive configs. Passwords are taken and never returned. */
export const hyperdriveResource: Resource = {
  product: 'Hyperdrive',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      {
        known: 'documentation',
        permission: P.hyperdriveRead,
        query: ['page', 'per_page', 'order', 'direction'],
      },
      (call) => {
        const { items, info } = paginate(call.store.list('hyperdrive', call.account.id), call, 20);
        return success(items.map(toWire), { resultInfo: info });
      },
    ),
    endpoint(`POST ${BASE}`, { known: 'documentation', permission: P.hyperdriveWrite }, async (call) => {
      const body = await readObject(call, FIELDS, 'hyperdriveBadConfig');
      const now = call.clock.now().toISOString();
      return success(
        toWire(
          put(call, {
            ...readConfig(body),
            id: call.ids.hex(),
            accountId: call.account.id,
            createdOn: now,
            modifiedOn: now,
          }),
        ),
      );
    }),
    endpoint(`GET ${BASE}/:hyperdrive_id`, { known: 'documentation', permission: P.hyperdriveRead }, (call) =>
      success(toWire(find(call))),
    ),
    endpoint(
      `PUT ${BASE}/:hyperdrive_id`,
      { known: 'documentation', permission: P.hyperdriveWrite },
      async (call) => {
        const before = find(call);
        const body = await readObject(call, FIELDS, 'hyperdriveBadConfig');
        return success(
          toWire(
            put(call, {
              ...identityOf(before),
              ...readConfig(body),
              modifiedOn: call.clock.now().toISOString(),
            }),
          ),
        );
      },
    ),
    endpoint(
      `PATCH ${BASE}/:hyperdrive_id`,
      { known: 'documentation', permission: P.hyperdriveWrite },
      async (call) => {
        const before = find(call);
        const body = await readObject(call, FIELDS, 'hyperdriveBadConfig');
        const merged = readConfig({
          name: body['name'] ?? before.name,
          origin: { ...before.origin, ...(isObject(body['origin']) ? body['origin'] : {}) },
          caching: body['caching'] ?? before.caching,
          mtls: body['mtls'] ?? before.mtls,
          origin_connection_limit: body['origin_connection_limit'] ?? before.originConnectionLimit,
        });
        return success(
          toWire(put(call, { ...before, ...merged, modifiedOn: call.clock.now().toISOString() })),
        );
      },
    ),
    endpoint(
      `DELETE ${BASE}/:hyperdrive_id`,
      { known: 'documentation', permission: P.hyperdriveWrite },
      (call) => {
        const { id } = find(call);
        call.store.write((tx) => tx.delete('hyperdrive', keyOf(call.account.id, id)));
        return success(null);
      },
    ),
  ],
  behaviours: [
    documented('10 or 25 configs an account.'),
    assumedCode('hyperdrive-limit-code', 'The code of that limit: 2007.', 'hyperdriveLimit', [403, 10037]),
    observed('Absent 2006, bad config 2007. Passwords are taken and never kept.'),
  ],
};

/** What a PUT leaves alone. */
function identityOf({
  id,
  accountId,
  createdOn,
}: HyperdriveDocument): Pick<HyperdriveDocument, 'id' | 'accountId' | 'createdOn'> {
  return { id, accountId, createdOn };
}

function put(call: Call, config: HyperdriveDocument): HyperdriveDocument {
  call.store.write((tx) => {
    const others = tx.list('hyperdrive', call.account.id).filter(({ id }) => id !== config.id);
    checkQuota(call.account.plan, 'hyperdriveConfigs', others.length + 1);
    tx.put('hyperdrive', keyOf(call.account.id, config.id), config);
  });
  return config;
}

/** @throws 2006 */
function find(call: Call): HyperdriveDocument {
  const config = call.store.get('hyperdrive', keyOf(call.account.id, param(call, 'hyperdrive_id')));
  if (config === undefined) throw failure('hyperdriveNotFound');
  return config;
}

type Config = Pick<HyperdriveDocument, 'name' | 'origin' | 'caching' | 'mtls' | 'originConnectionLimit'>;

/** The password is checked for and dropped. @throws 2007 */
function readConfig(body: JsonObject): Config {
  const { name, origin, caching, mtls, origin_connection_limit: limit } = body;
  if (typeof name !== 'string' || name === '') throw failure('hyperdriveBadConfig', 'name is required.');
  if (!isObject(origin)) throw failure('hyperdriveBadConfig', 'origin is required.');
  for (const field of ['database', 'user', 'scheme']) {
    if (typeof origin[field] !== 'string')
      throw failure('hyperdriveBadConfig', `origin.${field} is required.`);
  }
  if (limit !== undefined && typeof limit !== 'number')
    throw failure('hyperdriveBadConfig', 'origin_connection_limit must be a number.');
  const { password: _password, access_client_secret: _secret, ...kept } = origin;
  return {
    name,
    origin: kept,
    caching: isObject(caching) ? caching : { disabled: false },
    ...(isObject(mtls) ? { mtls } : {}),
    ...compact({ originConnectionLimit: limit }),
  };
}

function toWire(config: HyperdriveDocument): JsonObject {
  return {
    id: config.id,
    name: config.name,
    origin: config.origin,
    caching: config.caching,
    ...optional('mtls', config.mtls),
    ...optional('origin_connection_limit', config.originConnectionLimit),
    created_on: config.createdOn,
    modified_on: config.modifiedOn,
  };
}
