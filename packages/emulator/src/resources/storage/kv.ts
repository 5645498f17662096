import { assumedCode, documented, observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { optionalString, readJson, readObject } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate, sortBy } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { isHexId } from '../../rules/account/names.ts';
import { checkQuota } from '../../rules/account/quotas.ts';
import { keyOf } from '../../store/documents.ts';
import { optional } from '../../wire/scripts.ts';
import { readJurisdiction } from './jurisdiction.ts';
import type { KvNamespaceDocument } from '../../store/model/storage.ts';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/storage/kv/namespaces';

/** KV namespaces. */
export const kvNamespaceResource: Resource = {
  product: 'KV',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      { known: 'observed', permission: P.kvRead, query: ['page', 'per_page', 'order', 'direction'] },
      (call) => {
        const all = call.store.list('kv', call.account.id);
        const order = call.query.get('order') === 'title' ? 'title' : 'id';
        const { items, info } = paginate(
          sortBy(all, call.query, (namespace) => namespace[order]),
          call,
          20,
        );
        return success(items.map(toWire), { resultInfo: info });
      },
    ),
    endpoint(`POST ${BASE}`, { known: 'observed', permission: P.kvWrite }, async (call) => {
      const created = await readNamespace(call);
      const namespace = { accountId: call.account.id, id: call.ids.hex(), ...created };
      return success(toWire(putNamespace(call, namespace)));
    }),
    endpoint(`GET ${BASE}/:namespace_id`, { known: 'documentation', permission: P.kvRead }, (call) =>
      success(toWire(findNamespace(call))),
    ),
    endpoint(`PUT ${BASE}/:namespace_id`, { known: 'documentation', permission: P.kvWrite }, async (call) => {
      const before = findNamespace(call);
      const { title } = await readNamespace(call);
      return success(toWire(putNamespace(call, { ...before, title })));
    }),
    endpoint(
      `DELETE ${BASE}/:namespace_id`,
      { known: 'documentation', permission: P.kvWrite },
      async (call) => {
        const { id } = findNamespace(call);
        call.store.write((tx) => tx.delete('kv', keyOf(call.account.id, id)));
        await call.runtime.data.drop(call.account.id, 'kv', id);
        return success(null);
      },
    ),
  ],
  behaviours: [
    documented('1,000 namespaces an account.'),
    assumedCode('kv-limit-code', 'The code of that limit: 10021 with HTTP 403.', 'kvLimit', [403, 10037]),
    observed('Absent 10013, malformed id 10011, title taken 10014, title missing 10019, key absent 10009.'),
  ],
};

/** The namespace of the path. @throws 10011 malformed id, 10013 absent */
export function findNamespace(call: Call): KvNamespaceDocument {
  const id = param(call, 'namespace_id');
  if (!isHexId(id)) throw failure('kvMalformed');
  const namespace = call.store.get('kv', keyOf(call.account.id, id));
  if (namespace === undefined) throw failure('kvNotFound');
  return namespace;
}

async function readNamespace(call: Call): Promise<Pick<KvNamespaceDocument, 'title' | 'jurisdiction'>> {
  const body = await readObject(call, ['title', 'jurisdiction'], 'kvBadBody');
  const title = optionalString(body, 'title', 'kvTitleRequired') ?? '';
  if (title === '') throw failure('kvTitleRequired');
  return { title, ...readJurisdiction(body, 'kvBadBody') };
}

function putNamespace(call: Call, namespace: KvNamespaceDocument): KvNamespaceDocument {
  return call.store.write((tx) => {
    const others = tx.list('kv', call.account.id).filter(({ id }) => id !== namespace.id);
    if (others.some(({ title }) => title === namespace.title)) throw failure('kvTitleTaken');
    checkQuota(call.account.plan, 'kvNamespaces', others.length + 1);
    tx.put('kv', keyOf(call.account.id, namespace.id), namespace);
    return namespace;
  });
}

function toWire({ id, title, jurisdiction }: KvNamespaceDocument): JsonObject {
  return { id, title, supports_url_encoding: true, ...optional('jurisdiction', jurisdiction) };
}

/** Reads a bulk body: an array of at most `max` items. @throws 10012 */
export async function readBulk(call: Call, max = 10_000): Promise<Json[]> {
  const body = await readJson(call, 'kvBadBody');
  const list = isObject(body) ? body['keys'] : body;
  if (!Array.isArray(list) || list.length > max)
    throw failure('kvBadBody', `Expected an array of at most ${max} items.`);
  return list;
}
