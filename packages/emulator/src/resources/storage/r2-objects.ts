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
import type { R2BucketDocument } from '../../store/model.ts';
import { findBucket } from './r2.ts';

const BUCKET = '/accounts/:account_id/r2/buckets/:bucket_name';
/** Keys may have slashes. */
const OBJECT = `${BUCKET}/objects/:object_name{.+}` as const;

/** Objects of R2 buckets, shared with the Workers that bind them, and the buckets' r2.dev address. */
export const r2ObjectResource: Resource = {
  product: 'R2',
  endpoints: [
    endpoint(
      `GET ${BUCKET}/objects`,
      { known: 'client source', permission: P.r2Read, query: ['prefix', 'per_page', 'cursor'] },
      listObjects,
    ),
    endpoint(`GET ${OBJECT}`, { known: 'client source', permission: P.r2Read }, async (call) => {
      const { name } = findBucket(call);
      const found = await call.runtime.data.r2Get(call.account.id, name, param(call, 'object_name'));
      if (found === null) throw failure('r2ObjectNotFound');
      return new Response(new Uint8Array(found.bytes), {
        headers: {
          'content-type': found.contentType ?? 'application/octet-stream',
          etag: `"${found.etag}"`,
          'last-modified': new Date(found.uploaded).toUTCString(),
        },
      });
    }),
    endpoint(`PUT ${OBJECT}`, { known: 'client source', permission: P.r2Write }, async (call) => {
      const { name } = findBucket(call);
      const bytes = new Uint8Array(await call.request.arrayBuffer());
      const type = call.request.headers.get('content-type');
      const put = await call.runtime.data.r2Put(
        call.account.id,
        name,
        param(call, 'object_name'),
        bytes,
        type,
      );
      return success(objectToWire(put));
    }),
    endpoint(`DELETE ${OBJECT}`, { known: 'client source', permission: P.r2Write }, async (call) => {
      const { name } = findBucket(call);
      const key = param(call, 'object_name');
      await call.runtime.data.r2Delete(call.account.id, name, key);
      return success({ key });
    }),
    endpoint(`GET ${BUCKET}/domains/managed`, { known: 'client source', permission: P.r2Read }, (call) =>
      success(managedDomain(call, findBucket(call))),
    ),
    endpoint(
      `PUT ${BUCKET}/domains/managed`,
      { known: 'client source', permission: P.r2Write },
      async (call) => {
        const bucket = findBucket(call);
        const { enabled } = await readObject(call, ['enabled'], 'r2BadJson');
        if (typeof enabled !== 'boolean') throw failure('r2BadJson', 'enabled must be a boolean.');
        return success(managedDomain(call, bucket, enabled));
      },
    ),
    endpoint(`GET ${BUCKET}/domains/custom`, { known: 'client source', permission: P.r2Read }, (call) => {
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
    {
      route: `GET ${BUCKET}/cors`,
      asks: 'wrangler r2 bucket cors',
      why: 'Buckets have no such rules here; nothing depends on them.',
    },
    {
      route: `PUT ${BUCKET}/cors`,
      asks: 'wrangler r2 bucket cors',
      why: 'Buckets have no such rules here; nothing depends on them.',
    },
    {
      route: `GET ${BUCKET}/lifecycle`,
      asks: 'wrangler r2 bucket lifecycle',
      why: 'Buckets have no such rules here; nothing depends on them.',
    },
    {
      route: `PUT ${BUCKET}/lifecycle`,
      asks: 'wrangler r2 bucket lifecycle',
      why: 'Buckets have no such rules here; nothing depends on them.',
    },
    {
      route: `GET ${BUCKET}/lock`,
      asks: 'wrangler r2 bucket lock',
      why: 'Buckets have no such rules here; nothing depends on them.',
    },
    {
      route: `PUT ${BUCKET}/lock`,
      asks: 'wrangler r2 bucket lock',
      why: 'Buckets have no such rules here; nothing depends on them.',
    },
    {
      route: `GET ${BUCKET}/sippy`,
      asks: 'wrangler r2 bucket sippy',
      why: 'Buckets have no such rules here; nothing depends on them.',
    },
    {
      route: `PUT ${BUCKET}/sippy`,
      asks: 'wrangler r2 bucket sippy',
      why: 'Buckets have no such rules here; nothing depends on them.',
    },
    {
      route: 'GET /accounts/:account_id/event_notifications/r2/:bucket_name/configuration',
      asks: 'wrangler r2 bucket notification list',
      why: 'Buckets send no events here.',
    },
  ],
};

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
