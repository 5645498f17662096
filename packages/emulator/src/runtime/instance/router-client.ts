import type { Miniflare } from 'miniflare';
import { callHeader } from './call-header.ts';
import { THREW_HEADER } from '../sources/router-source.ts';
import type { RouterCall } from '../sources/router-source.ts';
import { compact } from '../../json.ts';

/** A request to hand over, in the parts miniflare takes. */
export interface RouterRequest {
  url: string;
  method?: string;
  headers?: Iterable<[string, string]>;
  body?: ReadableStream<Uint8Array> | Uint8Array | string | null;
  signal?: AbortSignal;
}

/** What came back. */
export interface RouterAnswer {
  status: number;
  headers: Headers;
  body: ReadableStream<Uint8Array> | null;
  /** The Worker threw; the body is the message. */
  threw: boolean;
}

/** Headers miniflare's own front understands; a visitor must not steer it. */
const INTERNAL =
  /^(?:mf-|x-cf-deploy-|transfer-encoding$|connection$|keep-alive$|upgrade$|expect$|accept-encoding$)/;

/** Headers of an answer that are about the connection to workerd, or miniflare's word that it decoded the body. */
const OWN_TO_ANSWER = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'mf-content-encoding',
  THREW_HEADER,
]);

/** Whether a header of a visitor is kept from the router: it steers miniflare, or belongs to one connection only. */
export function isInternalHeader(name: string): boolean {
  return INTERNAL.test(name.toLowerCase());
}

/** Makes one call to the router of a process. */
export async function callRouter(
  miniflare: Miniflare,
  call: RouterCall,
  { url, method = 'POST', headers = [], body = null, signal }: RouterRequest,
): Promise<RouterAnswer> {
  const passed = [...headers].filter(([name]) => !isInternalHeader(name));
  const response = await miniflare.dispatchFetch(url, {
    method,
    // Compression would hold back the pieces of a stream. A Worker sees what Cloudflare always asks for: br, gzip.
    headers: [...passed, ['accept-encoding', 'identity'], callHeader(call)],
    redirect: 'manual',
    ...compact({ signal }),
    ...(body === null ? {} : { body: body as ReadableStream<Uint8Array>, duplex: 'half' as const }),
  });
  const answer = new Headers();
  for (const [name, value] of response.headers) {
    if (!OWN_TO_ANSWER.has(name)) answer.append(name, value);
  }
  if (response.headers.has('mf-content-encoding')) answer.delete('content-length');
  return {
    status: response.status,
    headers: answer,
    body: response.body as ReadableStream<Uint8Array> | null,
    threw: response.headers.has(THREW_HEADER),
  };
}

/** Reads an answer as JSON. @throws Error with the message of whatever the router or the Worker threw. */
export async function readJson<T>(answer: RouterAnswer): Promise<T> {
  const text = await new Response(answer.body).text();
  if (answer.threw) throw new Error(text);
  return JSON.parse(text) as T;
}
