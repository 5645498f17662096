import { assumedCode, documented, observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { optionalString, readObject, refuseUnknown, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { isResourceName } from '../../rules/account/names.ts';
import { checkQuota } from '../../rules/account/quotas.ts';
import { keyOf } from '../../store/documents.ts';
import type { VectorizeIndexDocument } from '../../store/model/vectorize.ts';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/vectorize/v2/indexes';

/** Dimensions and metric of the presets. */
const PRESETS: Record<string, { dimensions: number; metric: string }> = {
  '@cf/baai/bge-small-en-v1.5': { dimensions: 384, metric: 'cosine' },
  '@cf/baai/bge-base-en-v1.5': { dimensions: 768, metric: 'cosine' },
  '@cf/baai/bge-large-en-v1.5': { dimensions: 1024, metric: 'cosine' },
  'openai/text-embedding-ada-002': { dimensions: 1536, metric: 'cosine' },
  'cohere/embed-multilingual-v2.0': { dimensions: 768, metric: 'cosine' },
};
const METRICS = ['cosine', 'euclidean', 'dot-product'];

/** Vectorize indexes and their metadata indexes. Vectors themselves are not kept here. */
export const vectorizeResource: Resource = {
  product: 'Vectorize',
  endpoints: [
    endpoint(`GET ${BASE}`, { known: 'documentation', permission: P.vectorizeRead }, (call) =>
      success(call.store.list('vectorize', call.account.id).map(toWire)),
    ),
    endpoint(`POST ${BASE}`, { known: 'observed', permission: P.vectorizeWrite }, createIndex),
    endpoint(`GET ${BASE}/:index_name`, { known: 'documentation', permission: P.vectorizeRead }, (call) =>
      success(toWire(findIndex(call))),
    ),
    endpoint(
      `DELETE ${BASE}/:index_name`,
      { known: 'documentation', permission: P.vectorizeWrite },
      async (call) => {
        const index = findIndex(call);
        call.store.write((tx) => tx.delete('vectorize', keyOf(call.account.id, index.name)));
        await call.runtime.data.drop(call.account.id, 'vectorize', index.name);
        return success(null);
      },
    ),
    endpoint(
      `POST ${BASE}/:index_name/metadata_index/create`,
      { known: 'documentation', permission: P.vectorizeWrite },
      async (call) => {
        const { name } = findIndex(call);
        const body = await readObject(call, ['propertyName', 'indexType'], 'vectorizeBadBody');
        const propertyName = requiredString(body, 'propertyName', 'vectorizeBadBody');
        const indexType = requiredString(body, 'indexType', 'vectorizeBadBody').toLowerCase();
        if (!['string', 'number', 'boolean'].includes(indexType))
          throw failure('vectorizeBadBody', 'Unknown indexType.');
        call.store.write((tx) => {
          if (tx.list('vectorizeMetadataIndex', call.account.id, name).length >= 10) {
            throw failure('vectorizeBadBody', 'An index has at most 10 metadata indexes.');
          }
          tx.put('vectorizeMetadataIndex', keyOf(call.account.id, name, propertyName), {
            accountId: call.account.id,
            indexName: name,
            propertyName,
            indexType,
          });
        });
        return success({ mutationId: call.ids.uuid() });
      },
    ),
    endpoint(
      `POST ${BASE}/:index_name/metadata_index/delete`,
      { known: 'documentation', permission: P.vectorizeWrite },
      async (call) => {
        const { name } = findIndex(call);
        const body = await readObject(call, ['propertyName'], 'vectorizeBadBody');
        const propertyName = requiredString(body, 'propertyName', 'vectorizeBadBody');
        call.store.write((tx) =>
          tx.delete('vectorizeMetadataIndex', keyOf(call.account.id, name, propertyName)),
        );
        return success({ mutationId: call.ids.uuid() });
      },
    ),
    endpoint(
      `GET ${BASE}/:index_name/metadata_index/list`,
      { known: 'documentation', permission: P.vectorizeRead },
      (call) => {
        const { name } = findIndex(call);
        const metadataIndexes = call.store
          .list('vectorizeMetadataIndex', call.account.id, name)
          .map(({ propertyName, indexType }) => ({ propertyName, indexType }));
        return success({ metadataIndexes });
      },
    ),
  ],
  behaviours: [
    documented('100 or 50,000 indexes an account.'),
    assumedCode('vectorize-limit-code', 'The code of that limit: 1002.', 'vectorizeLimit', [403, 10037]),
    observed('Absent 3000, name taken 3002.'),
    assumedCode('vectorize-bad-config-code', 'Bad configuration: 1002.', 'vectorizeBadBody', [400, 10026]),
  ],
  notServed: [
    {
      route: 'POST /accounts/:account_id/vectorize/indexes',
      asks: 'wrangler vectorize create --deprecated-v1',
      why: 'Only indexes of the second version are known; leave --deprecated-v1 out.',
    },
  ],
};

async function createIndex(call: Call): Promise<Response> {
  const body = await readObject(call, ['name', 'config', 'description'], 'vectorizeBadBody');
  const name = requiredString(body, 'name', 'vectorizeBadBody');
  if (!isResourceName(name)) throw failure('vectorizeBadBody', 'The name of the index is not valid.');
  const now = call.clock.now().toISOString();
  const index: VectorizeIndexDocument = {
    accountId: call.account.id,
    name,
    description: optionalString(body, 'description', 'vectorizeBadBody') ?? '',
    ...readConfig(body['config']),
    createdOn: now,
    modifiedOn: now,
  };
  call.store.write((tx) => {
    const key = keyOf(call.account.id, name);
    if (tx.get('vectorize', key) !== undefined) throw failure('vectorizeTaken');
    checkQuota(call.account.plan, 'vectorizeIndexes', tx.list('vectorize', call.account.id).length + 1);
    tx.put('vectorize', key, index);
  });
  return success(toWire(index));
}

function readConfig(value: Json | undefined): { dimensions: number; metric: string } {
  if (!isObject(value)) throw failure('vectorizeBadBody', 'config is required.');
  const config: JsonObject = value;
  refuseUnknown(config, ['dimensions', 'metric', 'preset'], 'config.');
  const { preset, dimensions, metric } = config;
  if (typeof preset === 'string') {
    const known = Object.hasOwn(PRESETS, preset) ? PRESETS[preset] : undefined;
    if (known === undefined) throw failure('vectorizeBadBody', 'Unknown preset.');
    return known;
  }
  if (
    typeof dimensions !== 'number' ||
    !Number.isInteger(dimensions) ||
    dimensions < 1 ||
    dimensions > 1536
  ) {
    throw failure('vectorizeBadBody', 'dimensions must be 1 to 1536.');
  }
  if (typeof metric !== 'string' || !METRICS.includes(metric))
    throw failure('vectorizeBadBody', 'Unknown metric.');
  return { dimensions, metric };
}

/** The index of the path. @throws 3000 */
export function findIndex(call: Call): VectorizeIndexDocument {
  const index = call.store.get('vectorize', keyOf(call.account.id, param(call, 'index_name')));
  if (index === undefined) throw failure('vectorizeNotFound');
  return index;
}

function toWire(index: VectorizeIndexDocument): JsonObject {
  return {
    name: index.name,
    description: index.description,
    config: { dimensions: index.dimensions, metric: index.metric },
    created_on: index.createdOn,
    modified_on: index.modifiedOn,
  };
}
