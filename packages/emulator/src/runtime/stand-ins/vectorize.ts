import { compact, type JsonObject } from '../../json.ts';
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VectorizeIndexDocument } from '../../store/model/vectorize.ts';
import { openVectorIndex } from './vector-index.ts';
import type { StoredVector, VectorIndex } from './vector-index.ts';
import { passes, score } from './vector-math.ts';

/** Vectors one `query` gives at most. Source: docs, Vectorize limits. */
const MAX_TOP_K = 100;

/** What Vectorize's binding and API can be asked. */
export interface VectorizeCall {
  index: string;
  vectors?: StoredVector[];
  ids?: string[];
  id?: string;
  vector?: number[];
  options?: JsonObject;
}

/** An answer as the binding gives it. */
export type VectorizeAnswer = object | null;

/** Vectorize for one account, kept in a folder. */
export interface VectorizeStore {
  /**
   * @param operation `describe`, `query`, `queryById`, `insert`, `upsert`, `getByIds`, `deleteByIds` or `list`.
   * @throws Error with a message like Vectorize's for wrong input.
   */
  run(operation: string, call: VectorizeCall): Promise<VectorizeAnswer>;
  /** Forgets an index and its file. */
  drop(index: string): Promise<void>;
}

/** @param documentOf The index as configured, when it is known: its dimensions and metric are obeyed. */
export function createVectorizeStore(
  dir: string,
  documentOf: (index: string) => VectorizeIndexDocument | undefined,
): VectorizeStore {
  const open = new Map<string, Promise<VectorIndex>>();
  const fileOf = (name: string): string =>
    join(dir, `${createHash('sha256').update(name).digest('hex')}.jsonl`);
  const indexOf = (name: string): Promise<VectorIndex> => {
    const opening = open.get(name) ?? openVectorIndex(fileOf(name));
    open.set(name, opening);
    return opening;
  };

  return {
    run: async (operation, call) => {
      const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
      if (run === undefined) throw new Error(`Vectorize has no operation ${operation}.`);
      const index = await indexOf(call.index);
      return run(index, call, documentOf(call.index));
    },
    drop: async (name) => {
      open.delete(name);
      await rm(fileOf(name), { force: true });
    },
  };
}

type Operation = (
  index: VectorIndex,
  call: VectorizeCall,
  document?: VectorizeIndexDocument,
) => VectorizeAnswer | Promise<VectorizeAnswer>;

const OPERATIONS: Record<string, Operation> = {
  describe: (index, _call, document) => ({
    vectorCount: index.size,
    dimensions: dimensionsOf(index, document) ?? 0,
    processedUpToDatetime: 0,
    processedUpToMutation: index.changes,
  }),
  insert: async (index, { vectors = [] }, document) => {
    checkVectors(vectors, dimensionsOf(index, document));
    await index.put(vectors.filter(({ id }) => index.get(id) === undefined));
    return mutation(index);
  },
  upsert: async (index, { vectors = [] }, document) => {
    checkVectors(vectors, dimensionsOf(index, document));
    await index.put(vectors);
    return mutation(index);
  },
  deleteByIds: async (index, { ids = [] }) => {
    await index.remove(ids);
    return mutation(index);
  },
  /** Ids in order, so that a cursor (the last id seen) stays right while vectors come and go. */
  list: (index, { options = {} }) => {
    const { count, cursor } = options;
    const ids = [...index.all()].map(({ id }) => id).toSorted();
    const after = typeof cursor === 'string' ? ids.filter((id) => id > cursor) : ids;
    const page = after.slice(0, typeof count === 'number' ? count : 100);
    return { ids: page, total: ids.length, next: page.length < after.length ? (page.at(-1) ?? null) : null };
  },
  getByIds: (index, { ids = [] }) => ids.flatMap((id) => index.get(id) ?? []),
  query: (index, { vector = [], options = {} }, document) => nearest(index, vector, options, document),
  queryById: (index, { id = '', options = {} }, document) => {
    const vector = index.get(id);
    if (vector === undefined) throw new Error(`VECTOR_QUERY_ERROR: vector "${id}" not found`);
    return nearest(index, vector.values, options, document);
  },
};

function nearest(
  index: VectorIndex,
  vector: readonly number[],
  options: JsonObject,
  document: VectorizeIndexDocument | undefined,
): VectorizeAnswer {
  const dimensions = dimensionsOf(index, document);
  if (dimensions !== undefined && vector.length !== dimensions) {
    throw new Error(
      `VECTOR_QUERY_ERROR: invalid vector, expected ${dimensions} dimensions, got ${vector.length}`,
    );
  }
  const { namespace, filter, topK, returnValues, returnMetadata } = options;
  const metric = document?.metric ?? 'cosine';
  const direction = metric === 'euclidean' ? 1 : -1;
  const withMetadata = returnMetadata === true || returnMetadata === 'all' || returnMetadata === 'indexed';
  const limit = Math.min(typeof topK === 'number' ? topK : 5, MAX_TOP_K);
  const matches = [...index.all()]
    .filter((found) => namespace === undefined || found.namespace === namespace)
    .filter((found) => filter === undefined || passes(filter as JsonObject, found.metadata))
    .map((found) => ({ found, score: score(metric, vector, found.values) }))
    .toSorted(
      (one, other) => direction * (one.score - other.score) || (one.found.id < other.found.id ? -1 : 1),
    )
    .slice(0, limit)
    .map(({ found, score: value }) => ({
      id: found.id,
      score: value,
      ...compact({ namespace: found.namespace }),
      ...(returnValues === true ? { values: found.values } : {}),
      ...(withMetadata && found.metadata !== undefined ? { metadata: found.metadata } : {}),
    }));
  return { count: matches.length, matches };
}

function dimensionsOf(index: VectorIndex, document: VectorizeIndexDocument | undefined): number | undefined {
  if (document !== undefined) return document.dimensions;
  const [first] = index.all();
  return first?.values.length;
}

function checkVectors(vectors: readonly StoredVector[], dimensions: number | undefined): void {
  const expected = dimensions ?? vectors[0]?.values.length;
  for (const { id, values } of vectors) {
    if (typeof id !== 'string' || id === '') throw new Error('VECTOR_INSERT_ERROR: a vector needs an id');
    if (values.length !== expected) {
      throw new Error(
        `VECTOR_INSERT_ERROR: invalid vector for id "${id}", expected ${expected} dimensions, got ${values.length}`,
      );
    }
  }
}

/** A UUID that says which change this was. */
function mutation(index: VectorIndex): { mutationId: string } {
  return { mutationId: `00000000-0000-4000-8000-${index.changes.toString(16).padStart(12, '0')}` };
}
