import { observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { optionalString, readJson, refuseUnknown, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { bucketKey } from '../../store/documents.ts';
import { isBucketName } from '../../rules/account/names.ts';
import type { R2BucketDocument } from '../../store/model/storage.ts';
import { isObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/r2/buckets';
const STORAGE_CLASSES = ['Standard', 'InfrequentAccess'];

/** R2 buckets. The header `cf-r2-jurisdiction` chooses among buckets of the same name. */
export const r2Resource: Resource = {
  product: 'R2',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      {
        known: 'observed',
        permission: P.r2Read,
        query: ['cursor', 'direction', 'name_contains', 'order', 'per_page', 'start_after'],
      },
      (call) => {
        const contains = call.query.get('name_contains') ?? '';
        const after = call.query.get('start_after') ?? call.query.get('cursor') ?? '';
        const perPage = Number(call.query.get('per_page') ?? 1000);
        const all = call.store
          .list('r2', call.account.id, jurisdictionOf(call))
          .filter(({ name }) => name.includes(contains) && name > after)
          .toSorted((a, b) => (a.name < b.name ? -1 : 1));
        const page = all.slice(0, perPage);
        const cursor = page.length < all.length ? (page.at(-1)?.name ?? '') : '';
        return success({ buckets: page.map(toWire) }, { resultInfo: { cursor, per_page: perPage } });
      },
    ),
    endpoint(`POST ${BASE}`, { known: 'observed', permission: P.r2Write }, createBucket),
    endpoint(`GET ${BASE}/:bucket_name`, { known: 'observed', permission: P.r2Read }, (call) =>
      success(toWire(findBucket(call))),
    ),
    endpoint(`PATCH ${BASE}/:bucket_name`, { known: 'documentation', permission: P.r2Write }, (call) => {
      const bucket = findBucket(call);
      const storageClass = checkClass(call.request.headers.get('cf-r2-storage-class') ?? bucket.storageClass);
      const after = { ...bucket, storageClass };
      call.store.write((tx) =>
        tx.put('r2', bucketKey(call.account.id, bucket.name, bucket.jurisdiction), after),
      );
      return success(toWire(after));
    }),
    endpoint(
      `DELETE ${BASE}/:bucket_name`,
      { known: 'documentation', permission: P.r2Write },
      async (call) => {
        const bucket = findBucket(call);
        const { objects } = await call.runtime.data.r2List(call.account.id, bucket.name, { limit: 1 });
        if (objects.length > 0) throw failure('r2NotEmpty');
        call.store.write((tx) =>
          tx.delete('r2', bucketKey(call.account.id, bucket.name, bucket.jurisdiction)),
        );
        await call.runtime.data.drop(call.account.id, 'r2', bucket.name);
        return success({});
      },
    ),
  ],
  behaviours: [
    observed('Absent 10006, exists 10004, bad name 10005, bad JSON 10040, bad class 10062, not empty 10008.'),
  ],
};

async function createBucket(call: Call): Promise<Response> {
  const body = await readJson(call, 'r2BadJson');
  if (!isObject(body)) throw failure('r2BadJson');
  refuseUnknown(body, ['name', 'locationHint', 'storageClass']);
  const name = requiredString(body, 'name', 'r2BadName');
  if (!isBucketName(name)) throw failure('r2BadName');
  const bucket: R2BucketDocument = {
    accountId: call.account.id,
    name,
    jurisdiction: jurisdictionOf(call),
    location: optionalString(body, 'locationHint', 'r2BadJson') ?? null,
    storageClass: checkClass(optionalString(body, 'storageClass', 'r2BadClass') ?? 'Standard'),
    createdOn: call.clock.now().toISOString(),
  };
  call.store.write((tx) => {
    const key = bucketKey(call.account.id, name, bucket.jurisdiction);
    if (tx.get('r2', key) !== undefined) throw failure('r2Exists');
    tx.put('r2', key, bucket);
  });
  return success(toWire(bucket));
}

/** The bucket of the path and of the jurisdiction header. @throws 10006 */
export function findBucket(call: Call): R2BucketDocument {
  const bucket = call.store.get(
    'r2',
    bucketKey(call.account.id, param(call, 'bucket_name'), jurisdictionOf(call)),
  );
  if (bucket === undefined) throw failure('r2NotFound');
  return bucket;
}

function jurisdictionOf(call: Call): string {
  return call.request.headers.get('cf-r2-jurisdiction') ?? 'default';
}

function checkClass(storageClass: string): string {
  if (!STORAGE_CLASSES.includes(storageClass)) throw failure('r2BadClass');
  return storageClass;
}

function toWire(bucket: R2BucketDocument): JsonObject {
  return {
    name: bucket.name,
    creation_date: bucket.createdOn,
    location: bucket.location ?? 'weur',
    storage_class: bucket.storageClass,
    jurisdiction: bucket.jurisdiction,
  };
}
