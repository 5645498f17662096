import type { D1Result, DataPlane, R2ObjectContent, R2ObjectInfo } from '../contract.ts';
import { dropFiles } from './drop-data.ts';
import type { Need } from '../instance/awake.ts';
import { callRouter, readJson } from '../instance/router-client.ts';
import type { RouterAnswer, RouterRequest } from '../instance/router-client.ts';
import type { Instances } from '../instances.ts';
import { splitStatements } from './sql-statements.ts';
import type { VectorizeStore } from '../stand-ins/vectorize.ts';
import { parseJson } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

/** A call on one resource of an account. */
interface DataCall {
  need: Extract<Need, { kind: 'kv' | 'd1' | 'r2' }>;
  operation: string;
  options?: JsonObject;
  body?: RouterRequest['body'];
}

/** What the data plane is made of. */
export interface DataPlaneOptions {
  /** The process of an account has its id as key. */
  instances: Instances;
  vectorizeOf(accountId: string): VectorizeStore;
  /** Folder of an account's data. */
  dirOf(accountId: string): string;
}

/** The {@link DataPlane} over the processes that also serve Workers, so that both see the same data. */
export function createDataPlane({ instances, vectorizeOf, dirOf }: DataPlaneOptions): DataPlane {
  const ask = <T>(
    accountId: string,
    call: DataCall,
    read: (answer: RouterAnswer) => Promise<T>,
  ): Promise<T> => {
    const { need, operation, options = {}, body = null } = call;
    return instances.get(accountId).use(need, async (miniflare) => {
      const routed = { kind: need.kind, resource: need.id, operation, options };
      return { value: await read(await callRouter(miniflare, routed, { url: 'http://data/', body })) };
    });
  };
  const kv = (id: string): DataCall['need'] => ({ kind: 'kv', id });
  const r2 = (id: string): DataCall['need'] => ({ kind: 'r2', id });

  return {
    kvGet: (accountId, id, key) =>
      ask(accountId, { need: kv(id), operation: 'get', options: { key } }, readValue),
    kvPut: (accountId, id, key, value, options) =>
      ask(
        accountId,
        { need: kv(id), operation: 'put', options: { key, options }, body: value },
        readJson<void>,
      ),
    kvDelete: (accountId, id, key) =>
      ask(accountId, { need: kv(id), operation: 'delete', options: { key } }, readJson<void>),
    kvList: async (accountId, id, options) => {
      const listed = await ask(accountId, { need: kv(id), operation: 'list', options }, readJson<KvListing>);
      return { keys: listed.keys, cursor: listed.list_complete ? null : (listed.cursor ?? null) };
    },
    d1Query: (accountId, id, sql, params) => {
      const body = JSON.stringify(bindParameters(sql, params));
      return ask(accountId, { need: { kind: 'd1', id }, operation: 'query', body }, readJson<D1Result[]>);
    },
    r2List: (accountId, bucket, options) =>
      ask(accountId, { need: r2(bucket), operation: 'list', options }, readJson<R2Listing>),
    r2Get: (accountId, bucket, key) =>
      ask(accountId, { need: r2(bucket), operation: 'get', options: { key } }, readObject),
    r2Put: (accountId, bucket, key, bytes, contentType) =>
      ask(
        accountId,
        { need: r2(bucket), operation: 'put', options: { key, contentType }, body: bytes },
        readJson<R2ObjectInfo>,
      ),
    r2Delete: (accountId, bucket, key) =>
      ask(accountId, { need: r2(bucket), operation: 'delete', options: { key } }, readJson<void>),
    vectorize: async (accountId, operation, call) =>
      (await vectorizeOf(accountId).run(operation, call)) as Json,
    drop: async (accountId, kind, id) => {
      if (kind === 'vectorize') await vectorizeOf(accountId).drop(id);
      else await instances.whileStopped(accountId, () => dropFiles(dirOf(accountId), kind, id));
    },
  };
}

interface R2Listing {
  objects: R2ObjectInfo[];
  cursor: string | null;
}

interface KvListing {
  keys: { name: string; expiration?: number; metadata?: Json }[];
  list_complete: boolean;
  cursor?: string;
}

async function readValue(answer: RouterAnswer): Promise<{ value: Uint8Array; metadata: Json } | null> {
  const bytes = new Uint8Array(await new Response(answer.body).arrayBuffer());
  if (answer.threw) throw new Error(new TextDecoder().decode(bytes));
  if (answer.status === 404) return null;
  const metadata = parseJson(decodeURIComponent(answer.headers.get('x-metadata') ?? 'null'));
  return { value: bytes, metadata };
}

async function readObject(answer: RouterAnswer): Promise<R2ObjectContent | null> {
  const bytes = new Uint8Array(await new Response(answer.body).arrayBuffer());
  if (answer.threw) throw new Error(new TextDecoder().decode(bytes));
  if (answer.status === 404) return null;
  const info = JSON.parse(decodeURIComponent(answer.headers.get('x-object') ?? '')) as R2ObjectInfo;
  return { ...info, bytes };
}

function bindParameters(sql: string, params: Json[]): { sql: string; params: Json[] }[] {
  const statements = splitStatements(sql);
  if (statements.length === 0) throw new Error('No SQL statements detected.');
  if (statements.length > 1 && params.length > 0) {
    throw new Error('Parameters can be bound to a single statement only.');
  }
  return statements.map((statement) => ({ sql: statement, params }));
}
