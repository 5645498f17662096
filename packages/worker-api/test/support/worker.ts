import { build } from 'esbuild';
import { Log, LogLevel, Miniflare } from 'miniflare';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Host the test Worker answers for. */
export const HOST = 'bluey-ai-worker-staging.mrrainbowsmoke.workers.dev';

const VARIABLES = {
  TENANT_ID: 'mrrainbowsmoke',
  ENVIRONMENT: 'staging',
  ALLOWED_HOSTS: [HOST],
  ALLOWED_MODELS: ['chat-model', 'other-model'],
  AI_MODELS: { chat: 'chat-model', embeddings: 'embeddings-model' },
  AI_GATEWAY_ID: 'gateway',
  VECTORIZE_NAMESPACE: 'mrrainbowsmoke',
  RATE_LIMIT: { perMinute: 60, burst: 20 },
  TOKEN_BUDGET: { perRequest: 100, perDay: 10_000 },
  FEATURE_FLAGS: { search: true, remember: true, requireApiKey: false },
  CF_VERSION_METADATA: { id: 'version-1', tag: 'v1', timestamp: '2026-11-23T00:00:00Z' },
};

/** The Worker in workerd, with everything real but AI and Vectorize, which have no local runtime. */
export interface TestWorker {
  /** A request to a path of the Worker, on its own host unless another is given. */
  call(path: string, init?: CallOptions): Promise<{ status: number; headers: Headers; body: unknown }>;
  readonly miniflare: Miniflare;
}

/** Values of variables and secrets. */
export type Variables = Readonly<Record<string, Json>>;
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

interface CallOptions {
  readonly method?: string;
  readonly json?: unknown;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly host?: string;
}

/** Starts the Worker with the variables given over the usual ones. */
export async function startWorker(variables: Variables = {}): Promise<TestWorker> {
  const miniflare = new Miniflare({
    // What the Worker logs on purpose is not the test run's news.
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      stdout.resume();
      stderr.resume();
    },
    log: new Log(LogLevel.NONE),
    workers: [
      {
        name: 'worker',
        modules: [{ type: 'ESModule', path: 'index.js', contents: await bundle() }],
        compatibilityDate: '2026-04-20',
        bindings: { ...VARIABLES, ...variables },
        kvNamespaces: ['RATE_LIMITER', 'CONFIG', 'CACHE'],
        // A Worker whose database is gone still has the binding; here it is one without `prepare`.
        ...('DB' in variables ? {} : { d1Databases: ['DB'] }),
        durableObjects: {
          RATE_LIMITER_DO: { className: 'TenantLimits', useSQLite: true },
          CHAT_SESSION: { className: 'ChatSession', useSQLite: true },
        },
        wrappedBindings: { AI: 'ai', VECTORIZE: 'vectorize' },
      },
      { name: 'ai', modules: [{ type: 'ESModule', path: 'ai.js', contents: AI }] },
      { name: 'vectorize', modules: [{ type: 'ESModule', path: 'vectorize.js', contents: VECTORIZE }] },
    ],
  });
  return {
    miniflare,
    async call(path, { method, json, body, headers = {}, host = HOST } = {}) {
      const content = json === undefined ? body : JSON.stringify(json);
      const response = await miniflare.dispatchFetch(`https://${host}${path}`, {
        method: method ?? (content === undefined ? 'GET' : 'POST'),
        headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(content === undefined ? {} : { body: content }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: new Headers([...response.headers]),
        body: text === '' ? null : JSON.parse(text),
      };
    },
  };
}

let built: Promise<string> | undefined;

function bundle(): Promise<string> {
  built ??= build({
    entryPoints: [fileURLToPath(new URL('../../src/index.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:*'],
    write: false,
  }).then((result) => result.outputFiles[0]?.text ?? '');
  return built;
}

/** Repeats the last message; an embedding is the text's length. `broken-model` fails. */
const AI = `
export default () => ({
  async run(model, input) {
    if (model === 'other-model') throw new Error('inside of the model: secret');
    if (input.text) return { data: input.text.map((text) => [text.length, 1]) };
    const last = input.messages.at(-1).content;
    return { response: model + ' heard ' + input.messages.length + ': ' + last, usage: { total_tokens: 10 } };
  },
});`;

/** Keeps vectors in memory and finds those of the same namespace. */
const VECTORIZE = `
const vectors = [];
export default () => ({
  async upsert(added) { vectors.push(...added); return { mutationId: 'm' }; },
  async query(vector, options) {
    const matches = vectors
      .filter((v) => v.namespace === options.namespace)
      .map((v) => ({ id: v.id, score: 1, metadata: v.metadata }));
    return { count: matches.length, matches };
  },
  async describe() { return { vectorCount: vectors.length, dimensions: 2 }; },
});`;
