import { randomBytes } from 'node:crypto';
import { asError } from '../../as-error.ts';
import type { Clock } from '../../clock.ts';
import { errorPage } from './error-pages.ts';
import type { Miniflare } from 'miniflare';
import type { Instance, Used } from '../instance/instance-types.ts';
import { callRouter } from '../instance/router-client.ts';
import type { Logs } from './logs.ts';
import type { Served } from './served.ts';
import { watchBody } from '../instance/watch-body.ts';
import { workerName } from '../plan/worker-name.ts';
import type { ScriptRef } from '../plan/worker-name.ts';

/** The version that is to answer. */
export interface Target {
  ref: ScriptRef;
  accountId: string;
  versionId: string;
  /** Outside the current deployment. */
  preview: boolean;
  /** False when assets may answer without any code of the version. */
  runsCode: boolean;
}

/** Time `waitUntil` work may take before a change of the process cuts it off. */
const WAIT_UNTIL_MS = 5_000;

/** What lets a version answer. */
export interface WorkerCall {
  instance: Instance;
  logs: Logs;
  clock: Clock;
  target: Target;
  /** Told of the answer; null: nobody counts it. */
  served: Served | null;
}

/**
 * Lets one version of a Worker answer a request, waking it when it sleeps. A Worker that throws gives a 1101 page, and
 * so does a runtime that does not start or ends under the request; the reason is logged.
 */
export async function fetchWorker(call: WorkerCall, request: Request): Promise<Response> {
  const { instance, logs, clock, target } = call;
  const ray = newRay();
  const count = counting(call);
  try {
    return await instance.use({ kind: 'worker', ...target }, (miniflare, cut) =>
      forward({ miniflare, logs, target, request, ray, cut, count }),
    );
  } catch (error) {
    if (request.signal.aborted) throw error;
    count(null);
    const { message } = asError(error);
    const { accountId, ref, versionId } = target;
    const at = clock.now().toISOString();
    logs.emit({ accountId, scriptName: ref.name, versionId, at, level: 'exception', message });
    return errorPage('threw', new URL(request.url).host, ray);
  }
}

/** Counts a request once, at the time when it came. */
function counting({ served, clock, target }: WorkerCall): (status: number | null) => void {
  const { accountId, ref, versionId } = target;
  const seen = { accountId, scriptName: ref.name, versionId, at: clock.now().getTime() };
  let counted = false;
  return (status) => {
    if (!counted) served?.emit({ ...seen, outcome: status === null ? 'exception' : 'ok', status });
    counted = true;
  };
}

interface Forward {
  miniflare: Miniflare;
  logs: Logs;
  target: Target;
  request: Request;
  ray: string;
  cut: AbortSignal;
  /** Counts the answer: its status, or null for an exception. */
  count: (status: number | null) => void;
}

async function forward({
  miniflare,
  logs,
  target,
  request,
  ray,
  cut,
  count,
}: Forward): Promise<Used & { value: Response }> {
  const { url, method, body } = request;
  const signal = AbortSignal.any([request.signal, cut]);
  const worker = workerName(target.ref, target.versionId);
  const headers = withEdgeHeaders(request, ray);
  const settled: Promise<void> = target.runsCode ? logs.ended(ray, WAIT_UNTIL_MS) : Promise.resolve();
  const answer = await callRouter(
    miniflare,
    { kind: 'fetch', worker },
    { url, method, headers, body, signal },
  );
  if (answer.threw) {
    await answer.body?.cancel();
    count(null);
    return { value: errorPage('threw', new URL(url).host, ray), ended: settled };
  }
  count(answer.status);
  const watched = watchBody(NO_BODY.has(answer.status) ? null : answer.body);
  answer.headers.set('cf-ray', ray);
  answer.headers.set('server', 'cloudflare');
  const value = new Response(watched.body, { status: answer.status, headers: answer.headers });
  // workerd does not report the end of a request whose visitor left.
  const ended = watched.ended.then((end) => (end === 'given-up' ? undefined : settled));
  return { value, answered: watched.ended, ended };
}

/** Headers Cloudflare's edge adds before a Worker sees a request. */
function withEdgeHeaders(request: Request, ray: string): Headers {
  const scheme = new URL(request.url).protocol.slice(0, -1);
  const headers = new Headers(request.headers);
  headers.set('cf-ray', ray);
  headers.set('cf-ipcountry', 'US');
  headers.set('cf-visitor', JSON.stringify({ scheme }));
  if (!headers.has('x-forwarded-proto')) headers.set('x-forwarded-proto', scheme);
  return headers;
}

/** A request id as Cloudflare's: 16 hex digits and the data centre. */
export function newRay(): string {
  return `${randomBytes(8).toString('hex')}-DFW`;
}

/** Statuses whose responses have no body. */
const NO_BODY = new Set([101, 204, 205, 304]);
