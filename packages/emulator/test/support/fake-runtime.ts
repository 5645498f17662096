import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVectorizeStore } from '../../src/runtime/stand-ins/vectorize.ts';
import type { VectorizeStore } from '../../src/runtime/stand-ins/vectorize.ts';
import type { R2ObjectContent, Runtime, StartCandidate } from '../../src/runtime/contract.ts';
import type { Json } from '../../src/json.ts';

/**
 * A runtime that runs nothing: it reads handlers and classes off the source text, and keeps KV values in memory. A
 * script that contains `throw new Error("at start")` does not start.
 */
export function createFakeRuntime(): Runtime {
  const kv = new Map<string, { value: Uint8Array; metadata: Json }>();
  const objects = new Map<string, R2ObjectContent>();
  const vectors = new Map<string, VectorizeStore>();
  const keyOf = (...parts: string[]): string => parts.join('/');
  return {
    data: {
      kvGet: async (account, namespace, key) => kv.get(keyOf(account, namespace, key)) ?? null,
      kvPut: async (account, namespace, key, value, { metadata }) => {
        kv.set(keyOf(account, namespace, key), { value, metadata: metadata ?? null });
      },
      kvDelete: async (account, namespace, key) => {
        kv.delete(keyOf(account, namespace, key));
      },
      kvList: async (account, namespace, { prefix = '', limit = 1000 }) => {
        const start = keyOf(account, namespace, '');
        const names = [...kv.keys()].filter((key) => key.startsWith(start + prefix)).toSorted();
        return {
          keys: names.slice(0, limit).map((key) => ({ name: key.slice(start.length) })),
          cursor: null,
        };
      },
      d1Query: async (_account, _database, sql) => [
        { results: [{ sql }], success: true, meta: { duration: 0 } },
      ],
      r2List: async (account, bucket, { prefix = '' }) => ({
        objects: [...objects.entries()]
          .filter(([key]) => key.startsWith(keyOf(account, bucket, prefix)))
          .map(([, { bytes: _bytes, ...info }]) => info),
        cursor: null,
      }),
      r2Get: async (account, bucket, key) => objects.get(keyOf(account, bucket, key)) ?? null,
      r2Put: async (account, bucket, key, bytes, contentType) => {
        const info = {
          key,
          size: bytes.byteLength,
          etag: 'etag',
          uploaded: '2026-01-01T00:00:00.000Z',
          contentType,
        };
        objects.set(keyOf(account, bucket, key), { ...info, bytes });
        return info;
      },
      r2Delete: async (account, bucket, key) => {
        objects.delete(keyOf(account, bucket, key));
      },
      vectorize: async (account, operation, call) => {
        const store =
          vectors.get(account) ??
          createVectorizeStore(mkdtempSync(join(tmpdir(), 'vectors-')), () => undefined);
        vectors.set(account, store);
        return (await store.run(operation, call)) as Json;
      },
      drop: async () => undefined,
    },
    check: async (candidate) => inspect(candidate),
    fetch: async () => null,
    triggerScheduled: async () => ({ outcome: 'ok' }),
    sendQueueMessages: async () => undefined,
    changed: () => undefined,
    onServed: () => () => undefined,
    onLog: () => () => undefined,
    close: async () => undefined,
  };
}

function inspect(candidate: StartCandidate): Awaited<ReturnType<Runtime['check']>> {
  const main = candidate.modules.find((module) => module.name === candidate.mainModule);
  const source = new TextDecoder().decode(main?.bytes);
  if (source.startsWith('--'))
    return { ok: false, message: 'Uncaught SyntaxError: Invalid left-hand side expression', stack: null };
  if (source.includes('throw new Error("at start")')) {
    return { ok: false, message: 'Uncaught Error: at start', stack: '  at index.js:1:7' };
  }
  const handlers = ['fetch', 'scheduled', 'queue', 'email', 'tail'].filter((name) =>
    new RegExp(`(?:async )?\\b${name}\\s*\\(`).test(source),
  );
  const inline = [...source.matchAll(/export class (\w+)/g)].map(([, name = '']) => name);
  // What a bundler writes: `export { Room, index_default as default }`.
  const listed = [...source.matchAll(/export\s*\{([^}]*)\}/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim()),
  );
  const classes = [...inline, ...listed.filter((name) => /^\w+$/.test(name))].map((name) => ({
    name,
    type: new RegExp(`${name}\\b.* extends WorkflowEntrypoint`).test(source)
      ? ('workflow' as const)
      : ('durable-object' as const),
    handlers: [],
  }));
  return { ok: true, startupTimeMs: 3, handlers, namedHandlers: classes };
}
