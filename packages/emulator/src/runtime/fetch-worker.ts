import { randomBytes } from 'node:crypto';
import { errorPage } from './error-pages.ts';
import type { Instance } from './instance/instance.ts';
import { callRouter } from './instance/router-client.ts';
import { watchBody } from './instance/watch-body.ts';
import { workerName } from './plan/worker-name.ts';
import type { ScriptRef } from './plan/worker-name.ts';

/** The version that is to answer. */
export interface Target {
  ref: ScriptRef;
  versionId: string;
  /** Outside the current deployment. */
  preview: boolean;
}

/** Lets one version of a Worker answer a request, waking it when it sleeps. A Worker that throws gives a 1101 page. */
export function fetchWorker(instance: Instance, target: Target, request: Request): Promise<Response> {
  const ray = newRay();
  return instance.use({ kind: 'worker', ...target }, async (miniflare) => {
    const worker = workerName(target.ref, target.versionId);
    const { url, method, body } = request;
    const headers = new Headers(request.headers);
    headers.set('cf-ray', ray);
    headers.set('cf-visitor', JSON.stringify({ scheme: new URL(url).protocol.slice(0, -1) }));
    if (!headers.has('x-forwarded-proto'))
      headers.set('x-forwarded-proto', new URL(url).protocol.slice(0, -1));
    const answer = await callRouter(miniflare, { kind: 'fetch', worker }, { url, method, headers, body });
    if (answer.threw) {
      await answer.body?.cancel();
      return { value: errorPage('threw', new URL(url).host, ray) };
    }
    const watched = watchBody(NO_BODY.has(answer.status) ? null : answer.body);
    answer.headers.set('cf-ray', ray);
    answer.headers.set('server', 'cloudflare');
    const value = new Response(watched.body, { status: answer.status, headers: answer.headers });
    return { value, until: watched.ended };
  });
}

/** A request id as Cloudflare's: 16 hex digits and the data centre. */
export function newRay(): string {
  return `${randomBytes(8).toString('hex')}-DFW`;
}

/** Statuses whose responses have no body. */
const NO_BODY = new Set([101, 204, 205, 304]);
