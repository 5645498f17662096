import { failure } from '../../api/errors.ts';
import { readJson, refuseUnknown } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { findNamespace, readBulk } from './kv.ts';
import { compact, isObject, parseJson } from '../../json.ts';
import type { Json } from '../../json.ts';

const BASE = '/accounts/:account_id/storage/kv/namespaces/:namespace_id';
const EXPIRY = ['expiration', 'expiration_ttl'];

/** Keys and values of KV namespaces, shared with the Workers that bind them. */
export const kvValueResource: Resource = {
  product: 'KV',
  endpoints: [
    endpoint(
      `GET ${BASE}/keys`,
      { known: 'observed', permission: P.kvRead, query: ['limit', 'cursor', 'prefix'] },
      listKeys,
    ),
    endpoint(
      `GET ${BASE}/metadata/:key_name`,
      { known: 'documentation', permission: P.kvRead },
      async (call) => success((await findValue(call)).metadata ?? null),
    ),
    endpoint(`GET ${BASE}/values/:key_name`, { known: 'observed', permission: P.kvRead }, async (call) => {
      const { value } = await findValue(call);
      return new Response(new Uint8Array(value), { headers: { 'content-type': 'application/octet-stream' } });
    }),
    endpoint(
      `PUT ${BASE}/values/:key_name`,
      { known: 'observed', permission: P.kvWrite, query: EXPIRY },
      putValue,
    ),
    endpoint(
      `DELETE ${BASE}/values/:key_name`,
      { known: 'documentation', permission: P.kvWrite },
      async (call) => {
        const { id } = findNamespace(call);
        await call.runtime.data.kvDelete(call.account.id, id, param(call, 'key_name'));
        return success(null);
      },
    ),
    endpoint(`PUT ${BASE}/bulk`, { known: 'documentation', permission: P.kvWrite }, putBulk),
    endpoint(`POST ${BASE}/bulk/delete`, { known: 'documentation', permission: P.kvWrite }, deleteBulk),
    endpoint(`DELETE ${BASE}/bulk`, { known: 'client source', permission: P.kvWrite }, deleteBulk),
    endpoint(`POST ${BASE}/bulk/get`, { known: 'documentation', permission: P.kvRead }, getBulk),
  ],
  behaviours: [],
};

async function listKeys(call: Call): Promise<Response> {
  const { id } = findNamespace(call);
  const limit = Number(call.query.get('limit') ?? 1000);
  if (!Number.isInteger(limit) || limit < 10 || limit > 1000)
    throw failure('badParameter', 'limit must be 10 to 1000.');
  const prefix = call.query.get('prefix');
  const cursor = call.query.get('cursor');
  const { keys, cursor: next } = await call.runtime.data.kvList(call.account.id, id, {
    limit,
    ...(prefix === null || prefix === '' ? {} : { prefix }),
    ...(cursor === null || cursor === '' ? {} : { cursor }),
  });
  return success(keys, { resultInfo: { count: keys.length, cursor: next ?? '' } });
}

async function findValue(call: Call): Promise<{ value: Uint8Array; metadata: Json | undefined }> {
  const { id } = findNamespace(call);
  const found = await call.runtime.data.kvGet(call.account.id, id, param(call, 'key_name'));
  if (found === null) throw failure('kvKeyNotFound');
  return found;
}

async function putValue(call: Call): Promise<Response> {
  const { id } = findNamespace(call);
  const { value, metadata } = await readValue(call.request);
  await call.runtime.data.kvPut(call.account.id, id, param(call, 'key_name'), value, {
    ...expiry(call.query.get('expiration') ?? undefined, call.query.get('expiration_ttl') ?? undefined),
    ...compact({ metadata }),
  });
  return success(null);
}

/** A value is the raw body, or the parts `value` and `metadata` of a form. */
async function readValue(request: Request): Promise<{ value: Uint8Array; metadata: Json | undefined }> {
  if (request.headers.get('content-type')?.startsWith('multipart/form-data') !== true) {
    return { value: new Uint8Array(await request.arrayBuffer()), metadata: undefined };
  }
  const form = await request.formData().catch(() => {
    throw failure('kvBadBody');
  });
  const value = form.get('value');
  const metadata = form.get('metadata');
  if (value === null) throw failure('kvBadBody', 'The form part "value" is missing.');
  const bytes =
    typeof value === 'string' ? new TextEncoder().encode(value) : new Uint8Array(await value.arrayBuffer());
  const text = metadata === null || typeof metadata === 'string' ? metadata : await metadata.text();
  return { value: bytes, metadata: text === null || text === '' ? undefined : parseMetadata(text) };
}

async function putBulk(call: Call): Promise<Response> {
  const { id } = findNamespace(call);
  const pairs = (await readBulk(call)).map((item) => {
    if (!isObject(item) || typeof item['key'] !== 'string' || typeof item['value'] !== 'string') {
      throw failure('kvBadBody', 'A pair needs a key and a value.');
    }
    refuseUnknown(item, ['key', 'value', 'expiration', 'expiration_ttl', 'metadata', 'base64']);
    return {
      key: item['key'],
      bytes: Buffer.from(item['value'], item['base64'] === true ? 'base64' : 'utf8'),
      options: {
        ...expiry(item['expiration'], item['expiration_ttl']),
        ...compact({ metadata: item['metadata'] }),
      },
    };
  });
  for (const { key, bytes, options } of pairs) {
    await call.runtime.data.kvPut(call.account.id, id, key, bytes, options);
  }
  return success({ successful_key_count: pairs.length, unsuccessful_keys: [] });
}

async function deleteBulk(call: Call): Promise<Response> {
  const { id } = findNamespace(call);
  const keys = (await readBulk(call)).map((item) => (isObject(item) ? item['name'] : item));
  if (keys.some((key) => typeof key !== 'string')) throw failure('kvBadBody', 'Keys must be strings.');
  for (const key of keys) await call.runtime.data.kvDelete(call.account.id, id, String(key));
  return success({ successful_key_count: keys.length, unsuccessful_keys: [] });
}

async function getBulk(call: Call): Promise<Response> {
  const { id } = findNamespace(call);
  const body = await readJson(call, 'kvBadBody');
  if (!isObject(body) || !Array.isArray(body['keys']) || body['keys'].length > 100)
    throw failure('kvBadBody');
  refuseUnknown(body, ['keys', 'type', 'withMetadata']);
  const values: [string, Json][] = [];
  for (const key of body['keys']) {
    const found = await call.runtime.data.kvGet(call.account.id, id, String(key));
    const text = found === null ? null : new TextDecoder().decode(found.value);
    const value = text !== null && body['type'] === 'json' ? parseJson(text) : text;
    values.push([
      String(key),
      body['withMetadata'] === true ? { value, metadata: found?.metadata ?? null } : value,
    ]);
  }
  return success({ values: Object.fromEntries(values) });
}

function expiry(
  expiration: Json | undefined,
  ttl: Json | undefined,
): { expiration?: number; expirationTtl?: number } {
  const result: { expiration?: number; expirationTtl?: number } = {};
  if (expiration !== undefined && expiration !== null) result.expiration = positive(expiration);
  if (ttl !== undefined && ttl !== null) {
    result.expirationTtl = positive(ttl);
    if (result.expirationTtl < 60)
      throw failure('kvExpiration', 'expiration_ttl must be at least 60 seconds.');
  }
  return result;
}

function positive(value: Json | undefined): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number <= 0) throw failure('kvExpiration');
  return number;
}

function parseMetadata(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    throw failure('kvBadBody', 'metadata is not JSON.');
  }
}
