import type { JsonObject } from '../../json.ts';
/** Header that carries a {@link RouterCall} to the router. Taken out before a Worker sees the request. */
export const CALL_HEADER = 'x-cf-deploy-call';
/** Header that tells our process what a request from the router is. */
export const HOST_HEADER = 'x-cf-deploy-host';
/** Values of {@link HOST_HEADER}: a stand-in's call, log lines, a request to the outside. */
export type HostRequestKind = 'call' | 'logs' | 'outbound';
/** Name of the router, and of its entrypoints other Workers are bound to. */
export const ROUTER = { name: 'router', calls: 'Calls', outbound: 'Outbound' } as const;
/** Header the router puts on a response that stands for an exception. */
export const THREW_HEADER = 'x-cf-deploy-threw';

/** What the router is asked to do, besides the request itself. */
export type RouterCall =
  | { kind: 'fetch'; worker: string }
  | { kind: 'scheduled'; worker: string; cron: string; scheduledTime: number }
  | { kind: 'queue'; worker: string; queue: string }
  | { kind: 'kv' | 'd1' | 'r2'; resource: string; operation: string; options: JsonObject };

/** Tail events as log lines. */
const TAIL = `const text = (value) => {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack ?? String(value);
  try { return JSON.stringify(value) ?? String(value); } catch { return String(value); }
};
const line = ({ level, timestamp, message }) => ({
  level,
  timestamp,
  message: (Array.isArray(message) ? message : [message]).map(text).join(' '),
});
const exception = ({ timestamp, name, message, stack }) => ({
  level: 'exception',
  timestamp,
  message: stack?.startsWith(name) ? stack : name + ': ' + message + (stack ? '\\n' + stack : ''),
});
const tailEvents = (items) => items.map((item) => ({
  lines: [...item.logs.map(line), ...item.exceptions.map(exception)].sort((a, b) => a.timestamp - b.timestamp),
  ray: item.event?.request?.headers?.['cf-ray'] ?? null,
}));`;

/**
 * Source of the Worker in front of all others of a process: hands a call to the Worker it names, reads and writes the
 * data of resources for the API, and passes on to our own process (`HOST`) what stand-ins ask, what Workers fetch from
 * the outside, and what the tail events of all Workers say, with the `props` that tell whose they are.
 *
 * All of it is one Worker because each one costs the process memory and time to start.
 */
export const ROUTER_SOURCE = `
import { WorkerEntrypoint } from 'cloudflare:workers';

const toHost = (env, kind, request) => {
  const headers = new Headers(request.headers);
  headers.set('${HOST_HEADER}', kind);
  return env.HOST.fetch(new Request(request, { headers }));
};

export class ${ROUTER.calls} extends WorkerEntrypoint {
  fetch(request) { return toHost(this.env, 'call', request); }
}

export class ${ROUTER.outbound} extends WorkerEntrypoint {
  fetch(request) { return toHost(this.env, 'outbound', request); }
}

${TAIL}

const toWorker = async (request, worker) => {
  const headers = new Headers(request.headers);
  headers.delete('${CALL_HEADER}');
  headers.set('host', new URL(request.url).host);
  return worker.fetch(new Request(request, { headers }));
};

const threw = (error) =>
  new Response(String(error?.message ?? error), { status: 500, headers: { '${THREW_HEADER}': '1' } });

const bytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Null: it does not come from the process that started this one. */
const readCall = (request, env) => {
  const [secret, call] = (request.headers.get('${CALL_HEADER}') ?? '').split(' ');
  return secret === env.SECRET ? JSON.parse(new TextDecoder().decode(bytes(call ?? ''))) : null;
};

const date = (value) => new Date(value);

const events = {
  scheduled: async (call, _request, worker) =>
    Response.json(await worker.scheduled({ cron: call.cron, scheduledTime: date(call.scheduledTime) })),
  queue: async (call, request, worker) => {
    const messages = (await request.json()).map(({ contentType, ...message }) => ({
      ...message,
      body: contentType === 'bytes' ? bytes(message.body) : message.body,
      timestamp: date(message.timestamp),
    }));
    const result = await worker.queue(call.queue, messages);
    return Response.json({ ...result, explicitAcks: [...(result.explicitAcks ?? [])] });
  },
};

const kv = {
  get: async (namespace, { key }) => {
    const { value, metadata } = await namespace.getWithMetadata(key, 'stream');
    if (value === null) return new Response(null, { status: 404 });
    return new Response(value, { headers: { 'x-metadata': encodeURIComponent(JSON.stringify(metadata ?? null)) } });
  },
  put: async (namespace, { key, options }, request) => {
    await namespace.put(key, await request.arrayBuffer(), options);
    return Response.json(null);
  },
  delete: async (namespace, { key }) => {
    await namespace.delete(key);
    return Response.json(null);
  },
  list: async (namespace, options) => Response.json(await namespace.list(options)),
};

const d1 = {
  query: async (database, _options, request) => {
    const statements = await request.json();
    const prepared = statements.map(({ sql, params }) => database.prepare(sql).bind(...params));
    return Response.json(await database.batch(prepared));
  },
};

const objectInfo = ({ key, size, etag, uploaded, httpMetadata }) => ({
  key,
  size,
  etag,
  uploaded,
  contentType: httpMetadata?.contentType ?? null,
});

const r2 = {
  list: async (bucket, options) => {
    const { objects, truncated, cursor } = await bucket.list({ ...options, include: ['httpMetadata'] });
    return Response.json({ objects: objects.map(objectInfo), cursor: truncated ? cursor : null });
  },
  get: async (bucket, { key }) => {
    const object = await bucket.get(key);
    if (object === null) return new Response(null, { status: 404 });
    return new Response(object.body, { headers: { 'x-object': encodeURIComponent(JSON.stringify(objectInfo(object))) } });
  },
  put: async (bucket, { key, contentType }, request) => {
    const httpMetadata = contentType === null ? {} : { contentType };
    return Response.json(objectInfo(await bucket.put(key, await request.arrayBuffer(), { httpMetadata })));
  },
  delete: async (bucket, { key }) => {
    await bucket.delete(key);
    return Response.json(null);
  },
};

const data = { kv, d1, r2 };

export default {
  async fetch(request, env) {
    try {
      const call = readCall(request, env);
      if (call === null) return new Response(null, { status: 403 });
      if (call.kind === 'fetch') return await toWorker(request, env['fetch:' + call.worker]);
      if (Object.hasOwn(events, call.kind)) return await events[call.kind](call, request, env['event:' + call.worker]);
      return await data[call.kind][call.operation](env[call.kind + ':' + call.resource], call.options, request);
    } catch (error) {
      return threw(error);
    }
  },
  async tail(items, env, ctx) {
    const body = JSON.stringify({ from: ctx.props, events: tailEvents(items) });
    await toHost(env, 'logs', new Request('http://host/', { method: 'POST', body }));
  },
};
`;
