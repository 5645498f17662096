import type { BaseCloudflare } from 'cloudflare/client';
import { startDeadline } from '../../deadline.ts';
import { DeployError } from '../../errors.ts';
import type { Answer, AnswerHeaders, Ask } from '../../transport/answer.ts';
import { encodeForm, type EncodedBody } from '../../transport/multipart.ts';
import { readBytes } from './answer-bytes.ts';
import { askOnlyThere } from './ask-only-there.ts';
import { certificateFault } from './certificate-fault.ts';
import { toDeployError } from './api-error.ts';
import type { Outgoing } from './calls.ts';
import { readEnvelope, type Envelope, type RawAnswer } from './envelope.ts';
import { parseRetryAfter, type Failure } from './retry.ts';
import { compact, setField } from '../../json.ts';

/** Uploads carry megabytes. */
const UPLOAD_TIMEOUT_MS = 300_000;
/** What became of one request. */
export interface Attempt {
  /** Null: failed. */
  readonly envelope: Envelope | null;
  /** Of the answer; null when none came. */
  readonly status: number | null;
  readonly headers: AnswerHeaders | null;
  /** Numbers of the API's errors. */
  readonly codes: readonly number[];
  readonly failure: Failure;
  readonly error: () => DeployError;
}

/** What one request may use. */
export interface AttemptOptions {
  readonly fetch: Ask;
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Hides secrets in what the API says, before any of it is cut off. */
  readonly clean?: ((text: string) => string) | undefined;
  /** How the API is reached, where not straight at Cloudflare. @default straight */
  readonly way?: string | null;
  /** Until the answer is read, ms. @default 60000, uploads 300000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Sends one request, as the SDK makes it, and reads its answer. The SDK's own way of sending would put a second deadline
 * around ours, and write every header and answer for a log that nobody reads, which took as long as making the request.
 * @throws DeployError ABORTED when the caller's signal fired; every other failure is in the result
 */
export async function send(sdk: BaseCloudflare, call: Outgoing, options: AttemptOptions): Promise<Attempt> {
  const method = call.method ?? 'get';
  const { body, bearer } = call;
  const timeout = options.timeoutMs ?? (typeof body === 'function' ? UPLOAD_TIMEOUT_MS : 60_000);
  const deadline = startDeadline(timeout, options.signal);
  const { signal } = deadline;
  try {
    const sent = body === undefined ? null : encode(body);
    const { req, url } = await sdk.buildRequest({
      method,
      path: call.path,
      ...compact({ query: call.query }),
      ...(sent === null ? {} : { body: sent.bytes }),
      headers: {
        ...(sent === null || sent.contentType === null ? {} : { 'Content-Type': sent.contentType }),
        ...call.headers,
        ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer.open()}` }),
      },
      timeout,
    });
    signal.throwIfAborted();
    const response = await askOnlyThere(options.fetch, url, {
      method: method.toUpperCase(),
      headers: fieldsOf(req.headers),
      body: sent?.bytes ?? null,
      signal,
      redirect: 'manual',
    });
    const bytes = await readBytes(response, signal);
    if (call.raw === true && response.ok) return rawSuccess(response, bytes);
    const text = bytes.toString('utf8');
    const envelope = readEnvelope(text);
    const { status, headers } = response;
    const told = { clean: options.clean, way: options.way ?? null };
    const answer = { call, method, status, headers, text, envelope, ...told };
    return (
      failed(answer, options.now()) ?? {
        ...NOT_FAILED,
        envelope,
        status: response.status,
        headers: response.headers,
      }
    );
  } catch (error) {
    if (options.signal?.aborted === true) throw aborted(call.purpose, error);
    const told = { clean: options.clean, way: options.way ?? null };
    return thrown({ call, method, error, timedOut: deadline.isOver(), ...told });
  } finally {
    deadline.end();
  }
}

/** As bytes: what else the SDK takes it knows by classes that Node would have to load. */
function encode(body: NonNullable<Outgoing['body']>): EncodedBody {
  if (typeof body !== 'function') {
    return { bytes: Buffer.from(JSON.stringify(body)), contentType: 'application/json' };
  }
  const made = body();
  return made instanceof Uint8Array ? { bytes: Buffer.from(made), contentType: null } : encodeForm(made);
}

/** Not by `Object.fromEntries`, which takes four times as long for what is no list. */
function fieldsOf(headers: Iterable<[string, string]>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of headers) setField(fields, name, value);
  return fields;
}

const NOT_FAILED = {
  codes: [],
  failure: { status: null, retryAfterMs: null },
  error: () => new DeployError('INTERNAL', 'The call did not fail.'),
};

interface Refusal {
  readonly call: Outgoing;
  readonly method: string;
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly text: string;
  readonly envelope: Envelope | null;
  readonly clean: AttemptOptions['clean'];
  readonly way: string | null;
}

/** The failure an answer stands for, or null for a success. HTTP 200 with `success: false` is a failure. */
function failed(answer: Refusal, now: number): Attempt | null {
  const { call, envelope, headers, status } = answer;
  if (envelope?.success === true && status < 400) return null;
  return {
    envelope: null,
    status,
    headers,
    codes: (envelope?.errors ?? []).map(({ code }) => code),
    failure: {
      // A "fine" that is not the API's leaves open what happened, like no answer.
      status: envelope === null && status < 300 ? null : status,
      retryAfterMs: parseRetryAfter(headers.get('retry-after'), now),
    },
    error: () =>
      toDeployError({
        purpose: call.purpose,
        method: answer.method.toUpperCase(),
        path: call.path,
        status,
        errors: envelope?.errors ?? [],
        text: envelope === null ? answer.text : null,
        ray: headers.get('cf-ray'),
        challenged: headers.get('cf-mitigated') === 'challenge',
        codes: call.codes ?? {},
        clean: answer.clean,
        way: answer.way,
      }),
  };
}

/** The failure that no answer is. @throws DeployError what was thrown, where it is one already */
function thrown(options: {
  readonly call: Outgoing;
  readonly method: string;
  readonly error: unknown;
  readonly timedOut: boolean;
  readonly clean: AttemptOptions['clean'];
  readonly way: string | null;
}): Attempt {
  const { call, method, error, timedOut, clean, way } = options;
  if (error instanceof DeployError) throw error;
  const said = error instanceof Error ? rootMessage(error) : String(error);
  const certificate = certificateFault(error);
  return {
    envelope: null,
    status: null,
    headers: null,
    codes: [],
    failure: { status: null, retryAfterMs: null, ...(certificate === null ? {} : { final: true }) },
    error: () =>
      toDeployError({
        purpose: call.purpose,
        method: method.toUpperCase(),
        path: call.path,
        status: null,
        certificate,
        errors: [],
        text: timedOut ? 'no answer before the deadline' : said,
        ray: null,
        challenged: false,
        codes: {},
        clean,
        way,
      }),
  };
}

function rawSuccess(answer: Answer, bytes: Uint8Array<ArrayBuffer>): Attempt {
  const result: RawAnswer = { bytes, contentType: answer.headers.get('content-type') ?? '' };
  return {
    ...NOT_FAILED,
    envelope: { success: true, result, errors: [], info: {} },
    status: answer.status,
    headers: answer.headers,
  };
}

function rootMessage(error: Error): string {
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message;
}

function aborted(purpose: string, cause: unknown): DeployError {
  return new DeployError('ABORTED', `Stopped while trying to ${purpose}.`, { cause });
}
