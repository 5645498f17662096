import type { ReadCall, ReadClient, WriteCall, WriteClient } from '../../src/cloudflare/client/calls.ts';
import { ApiError, type DeployError } from '../../src/errors.ts';
import type { Json, JsonObject } from '../../src/json.ts';
import type { FormPart } from '../../src/transport/multipart.ts';
import { makeWorker } from './worker.ts';

const ACCOUNT = makeWorker().accountId;

/** What a call is answered with: its result, null for "there is no such thing", or how it fails. */
export type Answer = Json | DeployError | ((attempt: number) => Json | DeployError);

/** One write that was sent. */
export interface SentWrite {
  /** `POST /workers/scripts/acme/deployments?force=true`: below the account. */
  readonly call: string;
  readonly body: Json | Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Clients for one account that send nothing: each call is answered from a table, by method and path. */
export function fakeApi(answers: Readonly<Record<string, Answer>>): {
  readonly reader: ReadClient;
  readonly writer: WriteClient;
  readonly reads: string[];
  readonly writes: SentWrite[];
} {
  const reads: string[] = [];
  const writes: SentWrite[] = [];
  const attempts = new Map<string, number>();
  const answer = (name: string): Json => {
    const attempt = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, attempt);
    const found = answers[name];
    const given = typeof found === 'function' ? found(attempt) : found;
    if (given instanceof Error) throw given;
    return given ?? null;
  };
  const read = async <T>(call: ReadCall<T>): Promise<T> => {
    reads.push(nameOf('GET', call));
    return call.shape.parse(answer(`GET ${below(call.path)}`));
  };
  const reader: ReadClient = {
    accountId: ACCOUNT,
    read,
    ask: async (call) => {
      reads.push(nameOf('POST', call));
      return call.shape.parse(answer(`POST ${below(call.path)}`));
    },
    find: async (call) => {
      reads.push(nameOf('GET', call));
      const found = answer(`GET ${below(call.path)}`);
      return found === null ? null : call.shape.parse(found);
    },
    page: async (call) => ({ result: await read(call), info: {} }),
  };
  const writer: WriteClient = {
    accountId: ACCOUNT,
    write: async <T>(call: WriteCall<T>): Promise<T> => {
      const method = call.method.toUpperCase();
      const body = bodyOf(call.body);
      writes.push({ call: nameOf(method, call), body, headers: call.headers ?? {} });
      return call.shape.parse(answer(`${method} ${below(call.path)}`));
    },
  };
  return { reader, writer, reads, writes };
}

/** The API's refusal with a number of its own. */
export function refused(...codes: readonly number[]): ApiError {
  return new ApiError('API_REFUSED', `refused (${codes.join(', ')})`, { status: 400, apiCodes: codes });
}

/** No answer came, so the call may have taken effect. */
export function lost(): ApiError {
  return new ApiError('API_UNREACHABLE', 'no answer', { status: null, apiCodes: [] });
}

/** "Fine", in a form nobody understands. */
export function notUnderstood(): ApiError {
  return new ApiError('API_UNREACHABLE', 'a page', { status: 200, apiCodes: [] });
}

function nameOf(method: string, { path, query }: Pick<ReadCall<never>, 'path' | 'query'>): string {
  const asked = new URLSearchParams(Object.entries(query ?? {}).map(([key, value]) => [key, String(value)]));
  return `${method} ${below(path)}${asked.size === 0 ? '' : `?${asked.toString()}`}`;
}

function below(path: string): string {
  return path.replace(`/accounts/${ACCOUNT}`, '');
}

function bodyOf(body: WriteCall<never>['body']): SentWrite['body'] {
  if (typeof body !== 'function') return (body ?? null) as JsonObject | null;
  const made = body();
  if (made instanceof Uint8Array) return Buffer.from(made).toString();
  const parts: readonly FormPart[] = made;
  return Object.fromEntries(parts.map(({ name, content }) => [name, Buffer.from(content).toString()]));
}
