import { build } from 'esbuild';
import type { WorkerOptions } from 'miniflare';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Log, LogLevel, Miniflare } from '../../../emulator/src/runtime/process/miniflare.ts';

const VARIABLES = {
  TENANT_ID: 'mrrainbowsmoke',
  ENVIRONMENT: 'staging',
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
  kv(binding: string): Promise<TestNamespace>;
  d1(binding: string): Promise<TestDatabase>;
}
type TestNamespace = Awaited<ReturnType<Miniflare['getKVNamespace']>>;
type TestDatabase = Awaited<ReturnType<Miniflare['getD1Database']>>;

/** Workers by name, in one workerd: starting it takes longer than all that is asked of one. */
export interface TestWorkers<Name extends string> {
  readonly workers: Readonly<Record<Name, TestWorker>>;
  close(): Promise<void>;
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

/** Starts a Worker for each name, with the variables given over the usual ones and with data of its own. */
export async function startWorkers<Name extends string>(
  variables: Readonly<Record<Name, Variables>>,
): Promise<TestWorkers<Name>> {
  const code = await bundle();
  const names = Object.keys(variables) as Name[];
  const miniflare = new Miniflare({
    // What the Worker logs on purpose is not the test run's news.
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      stdout.resume();
      stderr.resume();
    },
    log: new Log(LogLevel.NONE),
    workers: [
      ...names.map((name) => workerOptions(name, variables[name], code)),
      { name: 'ai', modules: [{ type: 'ESModule', path: 'ai.js', contents: AI }] },
      { name: 'vectorize', modules: [{ type: 'ESModule', path: 'vectorize.js', contents: VECTORIZE }] },
    ],
  });
  await miniflare.ready;
  const workers = names.map((name): [Name, TestWorker] => [name, workerIn(miniflare, name)]);
  return {
    workers: Object.fromEntries(workers) as Record<Name, TestWorker>,
    close: () => miniflare.dispose(),
  };
}

/** One of them as Miniflare wants it. Workers whose bindings have the same id share data, so the ids have its name. */
function workerOptions(name: string, variables: Variables, code: string): WorkerOptions {
  const own = (bindings: readonly string[]): Record<string, string> =>
    Object.fromEntries(bindings.map((binding) => [binding, `${binding}-${name}`]));
  return {
    name,
    modules: [{ type: 'ESModule', path: 'index.js', contents: code }],
    compatibilityDate: '2026-04-20',
    bindings: { ...VARIABLES, ALLOWED_HOSTS: [hostOf(name)], ...variables },
    kvNamespaces: own(['RATE_LIMITER', 'CONFIG', 'CACHE']),
    // A Worker whose database is gone still has the binding; here it is one without `prepare`.
    ...('DB' in variables ? {} : { d1Databases: own(['DB']) }),
    durableObjects: {
      RATE_LIMITER_DO: { className: 'TenantLimits', useSQLite: true },
      CHAT_SESSION: { className: 'ChatSession', useSQLite: true },
    },
    wrappedBindings: { AI: 'ai', VECTORIZE: 'vectorize' },
    routes: [`${hostOf(name)}/*`],
  };
}

/** What it answers for; requests to hosts of none go to the first one. */
function hostOf(name: string): string {
  return `${name}.mrrainbowsmoke.workers.dev`;
}

function workerIn(miniflare: Miniflare, name: string): TestWorker {
  return {
    kv: (binding) => miniflare.getKVNamespace(binding, name),
    d1: (binding) => miniflare.getD1Database(binding, name),
    async call(path, { method, json, body, headers = {}, host = hostOf(name) } = {}) {
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
