import { startDeadline } from '../deadline.ts';
import { type Json, parseJson } from '../json.ts';
import type { Answer, Ask } from '../transport/answer.ts';
import type { HealthCheck } from '../resolve/resolved-worker.ts';

/** One answer, as measured. */
export interface Measurement {
  /** Null: no answer; `error` says why. */
  readonly status: number | null;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Undefined when the body is not JSON. */
  readonly json: Json | undefined;
  readonly latencyMs: number;
  readonly error: string | null;
  /** System's code of the error, such as `ENOTFOUND`; null when it has none. */
  readonly errorCode: string | null;
}

/** Where to ask and how. */
export interface ProbeOptions {
  /** Whole URL. */
  readonly url: string;
  readonly check: Pick<HealthCheck, 'headers' | 'timeoutMs'>;
  readonly fetch: Ask;
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

/** A health answer is small; what is longer is cut, bytes. */
const LONGEST_BODY = 256 * 1024;

/** Asks once. Never throws: no answer is a measurement too. */
export async function probe(options: ProbeOptions): Promise<Measurement> {
  const { url, check, now } = options;
  const started = now();
  const deadline = startDeadline(check.timeoutMs, options.signal);
  try {
    const response = await options.fetch(url, {
      method: 'GET',
      redirect: 'manual',
      headers: { accept: 'application/json', 'cache-control': 'no-cache', ...check.headers },
      signal: deadline.signal,
    });
    // A transport that follows redirects all the same answers for somebody else.
    if (response.redirected) throw new Error('the request was redirected, which was not asked for');
    const text = await readBeginning(response);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text,
      json: jsonOf(text),
      latencyMs: now() - started,
      error: null,
      errorCode: null,
    };
  } catch (error) {
    const root = rootOf(error);
    const isLate = deadline.isOver();
    return {
      status: null,
      headers: {},
      text: '',
      json: undefined,
      latencyMs: now() - started,
      error: isLate ? `no answer within ${check.timeoutMs} ms` : root.message,
      errorCode: isLate ? null : root.code,
    };
  } finally {
    deadline.end();
  }
}

/** An endless answer must not fill the memory until the deadline. */
async function readBeginning(response: Answer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (size >= LONGEST_BODY) break;
  }
  return Buffer.concat(chunks).subarray(0, LONGEST_BODY).toString('utf8');
}

function jsonOf(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** What lies at the bottom of an error; of several attempts at several addresses, the first. */
function rootOf(error: unknown): { readonly message: string; readonly code: string | null } {
  if (!(error instanceof Error)) return { message: String(error), code: null };
  if (error.cause instanceof Error) return rootOf(error.cause);
  const [first] = error instanceof AggregateError ? (error.errors as readonly Error[]) : [];
  if (first instanceof Error) return rootOf(first);
  return {
    message: error.message,
    code: 'code' in error && typeof error.code === 'string' ? error.code : null,
  };
}
