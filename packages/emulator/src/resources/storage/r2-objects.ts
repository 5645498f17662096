import { clientSource } from '../../api/behaviour.ts';
import { readObject } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { failure } from '../../api/errors.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import type { JsonObject } from '../../json.ts';
import type { R2ObjectInfo } from '../../runtime/contract.ts';
import { bucketKey } from '../../store/documents.ts';
import type { R2BucketDocument } from '../../store/model/storage.ts';
import { findBucket } from './r2.ts';

const BUCKET = '/accounts/:account_id/r2/buckets/:bucket_name';
/** Keys may have slashes. */
const OBJECT = `${BUCKET}/objects/:object_name{.+}` as const;

/** Rules of buckets that are not kept here. */
const RULES = ['cors', 'lifecycle', 'lock', 'sippy'] as const;

/** Reads and writes as wrangler and the SDK ask for them. */
const READS = { known: 'client source', permission: P.r2Read } as const;
const WRITES = { known: 'client source', permission: P.r2Write } as const;

/** Objects of R2 buckets, shared with the Workers that bind them, and the buckets' r2.dev address. */
export const r2ObjectResource: Resource = {
  product: 'R2',
  endpoints: [
    endpoint(`GET ${BUCKET}/objects`, { ...READS, query: ['prefix', 'per_page', 'cursor'] }, listObjects),
    endpoint(`GET ${OBJECT}`, READS, async (call) => {
      const found = await call.runtime.data.r2Get(...objectOf(call));
      if (found === null) throw failure('r2ObjectNotFound');
      return new Response(new Uint8Array(found.bytes), {
        headers: {
          'content-type': found.contentType ?? 'application/octet-stream',
          etag: `"${found.etag}"`,
          'last-modified': new Date(found.uploaded).toUTCString(),
        },
      });
    }),
    endpoint(`PUT ${OBJECT}`, WRITES, async (call) => {
      const object = objectOf(call);
      const bytes = new Uint8Array(await call.request.arrayBuffer());
      const type = call.request.headers.get('content-type');
      return success(objectToWire(await call.runtime.data.r2Put(...object, bytes, type)));
    }),
    endpoint(`DELETE ${OBJECT}`, WRITES, async (call) => {
      const object = objectOf(call);
      await call.runtime.data.r2Delete(...object);
      return success({ key: object[2] });
    }),
    endpoint(`GET ${BUCKET}/domains/managed`, READS, (call) =>
      success(managedDomain(call, findBucket(call))),
    ),
    endpoint(`PUT ${BUCKET}/domains/managed`, WRITES, async (call) => {
      const bucket = findBucket(call);
      const { enabled } = await readObject(call, ['enabled'], 'r2BadJson');
      if (typeof enabled !== 'boolean') throw failure('r2BadJson', 'enabled must be a boolean.');
      return success(managedDomain(call, bucket, enabled));
    }),
    endpoint(`GET ${BUCKET}/domains/custom`, READS, (call) => {
      findBucket(call);
      return success({ domains: [] });
    }),
  ],
  behaviours: [
    clientSource('An absent object: HTTP 404. The r2.dev address of a bucket is kept and serves nothing.'),
    clientSource('Buckets have no custom domains here: their list is empty, attaching one answers 501.'),
  ],
  notServed: [
    {
      route: `POST ${BUCKET}/domains/custom`,
      asks: 'wrangler r2 bucket domain add',
      why: 'Buckets are not served to the web here; read objects through a Worker instead.',
    },
    ...RULES.flatMap((rules) =>
      (['GET', 'PUT'] as const).map((method) => ({
        route: `${method} ${BUCKET}/${rules}` as const,
        asks: `wrangler r2 bucket ${rules}`,
        why: 'Buckets have no such rules here; nothing depends on them.',
      })),
    ),
    {
      route: 'GET /accounts/:account_id/event_notifications/r2/:bucket_name/configuration',
      asks: 'wrangler r2 bucket notification list',
      why: 'Buckets send no events here.',
    },
  ],
};

/** Account, bucket and key that a call names. @throws ApiFailure when there is no such bucket */
function objectOf(call: Call): readonly [accountId: string, bucket: string, key: string] {
  return [call.account.id, findBucket(call).name, param(call, 'object_name')];
}

async function listObjects(call: Call): Promise<Response> {
  const { name } = findBucket(call);
  const prefix = call.query.get('prefix') ?? '';
  const cursor = call.query.get('cursor') ?? '';
  const limit = Number(call.query.get('per_page') ?? 1000);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw failure('badParameter', 'per_page must be 1 to 1000.');
  const found = await call.runtime.data.r2List(call.account.id, name, {
    limit,
    ...(prefix === '' ? {} : { prefix }),
    ...(cursor === '' ? {} : { cursor }),
  });
  return success(found.objects.map(objectToWire), {
    resultInfo: { per_page: limit, cursor: found.cursor ?? '' },
  });
}

function objectToWire({ key, size, etag, uploaded, contentType }: R2ObjectInfo): JsonObject {
  return {
    key,
    size,
    etag,
    last_modified: uploaded,
    http_metadata: contentType === null ? {} : { contentType },
  };
}

/** The bucket's r2.dev address, made when it is first looked at; `enabled` switches it. */
function managedDomain(call: Call, bucket: R2BucketDocument, enabled?: boolean): JsonObject {
  const known = bucket.managedDomain ?? { bucketId: call.ids.hex(), enabled: false };
  const after = { ...known, enabled: enabled ?? known.enabled };
  if (bucket.managedDomain === undefined || after.enabled !== known.enabled) {
    const key = bucketKey(call.account.id, bucket.name, bucket.jurisdiction);
    call.store.write((tx) => tx.put('r2', key, { ...bucket, managedDomain: after }));
  }
  return { bucketId: after.bucketId, domain: `pub-${after.bucketId}.r2.dev`, enabled: after.enabled };
}
