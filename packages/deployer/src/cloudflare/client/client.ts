import type { BaseCloudflare } from 'cloudflare/client';
import type { Secret } from '../../security/secret.ts';
import { ApiError, DeployError } from '../../errors.ts';
import { send, type Attempt } from './attempt.ts';
import { checkBaseUrl, wayInWords } from './base-url.ts';
import type { CallBudget } from './budget.ts';
import type { Outgoing, ReadCall, ReadClient, WriteClient } from './calls.ts';
import type { Envelope } from './envelope.ts';
import type { Ask } from '../../transport/answer.ts';
import { retryDelay } from './retry.ts';

/** Both clients of one tenant, and the calls they spent. */
export interface ApiSession {
  readonly reader: ReadClient;
  readonly writer: WriteClient;
  /** Requests sent so far, repetitions included. */
  calls(): number;
  /** Loads the SDK and connects ahead of the first call, while something else takes time. */
  readonly warmUp: () => void;
}

/** One request, for logs. */
export interface CallReport {
  readonly purpose: string;
  readonly method: string;
  readonly path: string;
  /** Null: no answer. */
  readonly status: number | null;
  readonly ms: number;
}

/** What a session needs. */
export interface SessionOptions {
  readonly accountId: string;
  readonly token: Secret;
  readonly baseUrl: string;
  readonly fetch: Ask;
  /** The proxy that `fetch` goes through, as it may be shown. @default none */
  readonly proxy?: string | null;
  readonly budget: CallBudget;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  readonly onWaiting?: ((ms: number, why: string) => void) | undefined;
  /** Told of every request, after it. Holds no header and no body. */
  readonly onCall?: ((call: CallReport) => void) | undefined;
  /** Hides secrets in what the API says, before any of it is cut off. */
  readonly clean?: ((text: string) => string) | undefined;
  /** Of one attempt until the answer is read, ms. @default 60000 */
  readonly timeoutMs?: number;
}

/** A resource that is not visible yet is waited for like a busy server. */
const UNSETTLED = { status: 503, retryAfterMs: null } as const;
/** The SDK would send the day's date; pinned so that a deploy does not change with the calendar. */
const API_VERSION = '2026-11-01';

/**
 * Opens the API for one tenant. The only place that makes the SDK's client: it makes requests, authorised and encoded;
 * sending, retries, budget, deadlines, error translation and validation are ours, because the SDK repeats POSTs, takes
 * HTTP 200 with `success: false` for a success, and does not check shapes.
 * @throws ConfigError BASE_URL_REFUSED
 */
export function openSession(options: SessionOptions): ApiSession {
  const { request, calls, warmUp } = createSender(options);
  const reader: ReadClient = {
    accountId: options.accountId,
    async read(call) {
      return parseResult(call, (await request(call)).result);
    },
    async ask(call) {
      return parseResult(call, (await request({ ...call, method: 'post', repeat: 'safe' })).result);
    },
    async find(call, absent) {
      try {
        return await reader.read(call);
      } catch (error) {
        if (isAnswer(error, absent)) return null;
        throw error;
      }
    },
    async page(call) {
      const envelope = await request(call);
      return { result: parseResult(call, envelope.result), info: envelope.info };
    },
  };
  return {
    reader,
    writer: {
      accountId: options.accountId,
      async write(call) {
        return parseResult(call, (await request(call)).result);
      },
    },
    calls,
    warmUp,
  };
}

/** Sends calls, again where that is right, and counts what was sent. @throws ConfigError BASE_URL_REFUSED */
function createSender(
  options: SessionOptions,
): Pick<ApiSession, 'calls' | 'warmUp'> & { readonly request: (call: Outgoing) => Promise<Envelope> } {
  const baseUrl = checkBaseUrl(options.baseUrl);
  const way = wayInWords(baseUrl, options.proxy ?? null);
  const sending = { ...options, way };
  let sent = 0;
  let sdk: Promise<BaseCloudflare> | undefined;
  // Loaded at the first call: importing the SDK takes a third of a second, which `validate` need not spend.
  const client = (): Promise<BaseCloudflare> => (sdk ??= makeSdkClient({ ...options, baseUrl }));

  const attempt = async (call: Outgoing): Promise<Attempt> => {
    await options.budget.take();
    const sdkClient = await client();
    sent += 1;
    const started = options.now();
    const outcome = await send(sdkClient, call, sending);
    options.onCall?.({
      purpose: call.purpose,
      method: call.method ?? 'get',
      path: call.path,
      status: outcome.status,
      ms: options.now() - started,
    });
    return outcome;
  };

  const request = async (call: Outgoing): Promise<Envelope> => {
    const repeat = call.repeat ?? 'safe';
    for (let number = 1; ; number += 1) {
      const outcome = await attempt(call);
      if (outcome.headers !== null) options.budget.observe(outcome.headers);
      if (outcome.envelope !== null) return outcome.envelope;
      const settling = (call.settling ?? []).some((code) => outcome.codes.includes(code));
      const delay = options.signal?.aborted
        ? null
        : retryDelay({
            attempt: number,
            repeat: settling ? 'safe' : repeat,
            failure: settling ? UNSETTLED : outcome.failure,
            random: Math.random(),
          });
      if (delay === null) throw outcome.error();
      options.onWaiting?.(delay, `could not ${call.purpose}, trying again`);
      if (outcome.failure.status === 429) options.budget.pause(delay);
      await options.sleep(delay, options.signal);
    }
  };

  return {
    request,
    calls: () => sent,
    warmUp: () => {
      options.fetch.warmUp?.(baseUrl);
      client().catch(() => undefined);
    },
  };
}

async function makeSdkClient(options: SessionOptions): Promise<BaseCloudflare> {
  const { createClient } = await import('./sdk.ts');
  return createClient({
    resources: [],
    baseURL: options.baseUrl,
    apiToken: options.token.open(),
    // Null, or the SDK would add a key, an e-mail or a service key that it finds in the environment.
    apiKey: null,
    apiEmail: null,
    userServiceKey: null,
    apiVersion: API_VERSION,
    // Or it would load Node's, which takes longer than the rest of it.
    fetch: sentByUs,
    maxRetries: 0,
    logLevel: 'off',
  });
}

function sentByUs(): Promise<never> {
  throw new DeployError('INTERNAL', 'The SDK makes requests; it sends none.');
}

function parseResult<T>(call: ReadCall<T>, result: Envelope['result']): T {
  const parsed = call.shape.safeParse(result);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'result'}: ${message}`)
    .join('; ');
  throw new ApiError(
    'API_UNREACHABLE',
    `Could not ${call.purpose}: the answer is not in a form we understand (${where}).`,
    {
      status: 200,
      apiCodes: [],
      hint: 'Check the API base URL; if it is Cloudflare itself, this tool needs an update.',
      details: { purpose: call.purpose, path: call.path },
    },
  );
}

function isAnswer(error: unknown, codes: readonly number[]): boolean {
  if (!(error instanceof DeployError)) return false;
  const answered = error.details['apiCodes'];
  return Array.isArray(answered) && answered.some((code) => codes.includes(Number(code)));
}
