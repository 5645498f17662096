import { clientSource } from '../../api/behaviour.ts';
import { readObject } from '../../api/body.ts';
import { endpoint } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { failure } from '../../api/errors.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { isObject, parseJson } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { VectorizeCall } from '../../runtime/stand-ins/vectorize.ts';
import type { StoredVector } from '../../runtime/stand-ins/vector-index.ts';
import { findIndex } from './vectorize.ts';

const INDEX = '/accounts/:account_id/vectorize/v2/indexes/:index_name';
const QUERY_FIELDS = ['topK', 'returnValues', 'returnMetadata', 'filter', 'namespace'];

/** The vectors of Vectorize indexes, shared with the Workers that bind them. */
export const vectorizeDataResource: Resource = {
  product: 'Vectorize',
  endpoints: [
    endpoint(`GET ${INDEX}/info`, { known: 'documentation', permission: P.vectorizeRead }, async (call) => {
      const { dimensions } = findIndex(call);
      const described = asObject(await ask(call, 'describe', {}));
      return success({
        dimensions,
        vectorCount: described['vectorCount'] ?? 0,
        processedUpToDatetime: null,
        processedUpToMutation: String(described['processedUpToMutation'] ?? ''),
      });
    }),
    ...(['insert', 'upsert'] as const).map((operation) =>
      endpoint(
        `POST ${INDEX}/${operation}`,
        { known: 'client source', permission: P.vectorizeWrite },
        async (call) => success(await ask(call, operation, { vectors: await readVectors(call.request) })),
      ),
    ),
    endpoint(`POST ${INDEX}/query`, { known: 'client source', permission: P.vectorizeRead }, queryVectors),
    endpoint(
      `POST ${INDEX}/get_by_ids`,
      { known: 'client source', permission: P.vectorizeRead },
      async (call) => success(await ask(call, 'getByIds', { ids: await readIds(call) })),
    ),
    endpoint(
      `POST ${INDEX}/delete_by_ids`,
      { known: 'client source', permission: P.vectorizeWrite },
      async (call) => success(await ask(call, 'deleteByIds', { ids: await readIds(call) })),
    ),
    endpoint(
      `GET ${INDEX}/list`,
      { known: 'client source', permission: P.vectorizeRead, query: ['count', 'cursor'] },
      listVectors,
    ),
  ],
  behaviours: [
    clientSource(
      'Vectors come as lines of JSON, as the body or as the form part `vectors`; wrong ones: 1002.',
    ),
    clientSource('A change of vectors is there at once; its mutation id is answered.'),
  ],
};

async function queryVectors(call: Call): Promise<Response> {
  const body = await readObject(call, ['vector', 'vectorId', ...QUERY_FIELDS], 'vectorizeBadBody');
  const { vector, vectorId, ...options } = body;
  if (typeof vectorId === 'string') return success(await ask(call, 'queryById', { id: vectorId, options }));
  if (!isNumbers(vector)) throw failure('vectorizeBadBody', 'vector must be a list of numbers.');
  return success(await ask(call, 'query', { vector, options }));
}

async function listVectors(call: Call): Promise<Response> {
  const count = Number(call.query.get('count') ?? 100);
  if (!Number.isInteger(count) || count < 1 || count > 1000)
    throw failure('vectorizeBadBody', 'count must be 1 to 1000.');
  const cursor = call.query.get('cursor') ?? '';
  const listed = asObject(
    await ask(call, 'list', { options: { count, ...(cursor === '' ? {} : { cursor }) } }),
  );
  const { ids, total, next = null } = listed;
  const vectors = (Array.isArray(ids) ? ids : []).map((id) => ({ id }));
  return success({
    vectors,
    count: vectors.length,
    totalCount: total ?? 0,
    isTruncated: next !== null,
    nextCursor: next,
  });
}

/** @throws 1002 with Vectorize's own text when it refuses. */
async function ask(call: Call, operation: string, question: Omit<VectorizeCall, 'index'>): Promise<Json> {
  const { name } = findIndex(call);
  try {
    return await call.runtime.data.vectorize(call.account.id, operation, { index: name, ...question });
  } catch (error) {
    throw failure('vectorizeBadBody', error instanceof Error ? error.message : undefined);
  }
}

async function readVectors(request: Request): Promise<StoredVector[]> {
  const text = await vectorText(request);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const vector = parseLine(line);
    if (!isVector(vector)) throw failure('vectorizeBadBody', `Line ${index + 1} is not a vector.`);
    return vector;
  });
}

async function vectorText(request: Request): Promise<string> {
  if (request.headers.get('content-type')?.startsWith('multipart/form-data') !== true) return request.text();
  const form = await request.formData().catch(() => {
    throw failure('vectorizeBadBody', 'The form cannot be read.');
  });
  const part = form.get('vectors');
  if (part === null) throw failure('vectorizeBadBody', 'The form part "vectors" is missing.');
  return typeof part === 'string' ? part : part.text();
}

function parseLine(line: string): Json {
  try {
    return parseJson(line);
  } catch {
    return null;
  }
}

function isVector(value: Json): value is StoredVector & JsonObject {
  if (!isObject(value) || typeof value['id'] !== 'string' || !isNumbers(value['values'])) return false;
  const { namespace, metadata } = value;
  return (
    (namespace === undefined || typeof namespace === 'string') &&
    (metadata === undefined || isObject(metadata))
  );
}

function isNumbers(value: Json | undefined): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

async function readIds(call: Call): Promise<string[]> {
  const { ids } = await readObject(call, ['ids'], 'vectorizeBadBody');
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string'))
    throw failure('vectorizeBadBody', 'ids must be a list of texts.');
  return ids;
}

function asObject(value: Json): JsonObject {
  return isObject(value) ? value : {};
}
