import { deploymentMessage, versionAnnotations } from '../../src/apply/annotations.ts';
import { carryOut } from '../../src/apply/carry-out.ts';
import type { Executed } from '../../src/apply/executed.ts';
import { createAccountReads } from '../../src/cloudflare/account-reads.ts';
import type { ReadCall, ReadClient, WriteCall, WriteClient } from '../../src/cloudflare/client/calls.ts';
import { ApiError, DeployError } from '../../src/errors.ts';
import type { JsonObject } from '../../src/json.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { createRedactor } from '../../src/security/redact.ts';
import type { TenantContext } from '../../src/session/tenant-context.ts';
import type { FormPart } from '../../src/transport/multipart.ts';
import { answerRead, answerWrite, traffic, type Account } from './account.ts';
import { ACTS, type Act } from './acts.ts';

/** What becomes of one call: the API refuses it, or no answer comes, and a write happened or not. */
export type Fault = 'refused' | 'lost before' | 'lost after';

/** One order of events: what somebody does before which call, and which calls fail. */
export interface Order {
  /** The how manieth call, from 0; asks to the Worker and waits count too. */
  readonly act: { readonly kind: Act; readonly at: number } | null;
  readonly faults: readonly { readonly kind: Fault; readonly at: number; readonly until?: number }[];
}

/** One event of a run. */
export interface Event {
  readonly what: 'read' | 'write' | 'ask' | 'wait';
  readonly name: string;
  readonly failed: boolean;
  /** When, ms. */
  readonly time: number;
}

/** What a run said, and what it met. */
export interface Told {
  readonly executed: Executed;
  readonly events: readonly Event[];
  /** The account right before somebody acted; null: nobody did. */
  readonly beforeAct: Account | null;
}

/** Name of the run that is looked at. */
export const RUN = 'ours';

/** Carries a plan out in an account, in that order of events. The account is changed. */
export async function runIn(account: Account, plan: Plan, order: Order, sick: boolean): Promise<Told> {
  const events: Event[] = [];
  let beforeAct: Account | null = null;
  const meet = (what: Event['what'], name: string): Fault | null => {
    const at = events.length;
    if (order.act?.at === at) {
      beforeAct = { ...account };
      ACTS[order.act.kind](account);
    }
    account.now += 30;
    const fault =
      what === 'read' || what === 'write'
        ? (order.faults.find((one) => at >= one.at && at <= (one.until ?? one.at))?.kind ?? null)
        : null;
    events.push({ what, name, failed: fault !== null, time: account.now });
    return fault;
  };
  const context = contextOf(account, plan, meet, sick);
  const { live, upload, release } = plan;
  const executed = await carryOut(context, plan, {
    url: 'https://acme.test.workers.dev',
    verify: release.worker.health !== false,
    gradual: {
      state: () => null,
      begin: () => undefined,
      watch: () => Promise.resolve({ kind: 'go-on', message: '' }),
      end: () => undefined,
      leave: () => undefined,
    },
    onSteps: () => Promise.resolve(),
    onLive: () => undefined,
    steps: {
      newSecrets: {},
      run: RUN,
      triggersBefore: null,
      deploymentMessage: (triggers) =>
        deploymentMessage(undefined, { run: RUN, over: live.deployment }, triggers),
      versionAnnotations: versionAnnotations({
        desired: release.desired,
        owner: 'acme',
        project: null,
        run: RUN,
        over: live.deployment,
        message: undefined,
        tag: undefined,
        commit: null,
        artifact: null,
        upload,
      }),
    },
  });
  return { executed, events, beforeAct };
}

type Meet = (what: Event['what'], name: string) => Fault | null;

function contextOf(account: Account, plan: Plan, meet: Meet, sick: boolean): TenantContext {
  const session = { ...clientsOf(account, meet), calls: () => 0 };
  const world = {
    emit: () => undefined,
    now: () => account.now,
    sleep: async (ms: number) => {
      meet('wait', `${ms}`);
      account.now += ms;
    },
    signal: undefined,
    redactor: createRedactor(),
    records: { list: async () => [] },
    workerFetch: async () => {
      meet('ask', 'health');
      return answerHealth(account, sick);
    },
  };
  return {
    world: world as unknown as TenantContext['world'],
    scope: {} as TenantContext['scope'],
    worker: plan.release.worker,
    api: session as unknown as TenantContext['api'],
    recovery: session as unknown as TenantContext['recovery'],
    account: createAccountReads(),
    secretValue: () => undefined,
    calls: () => 0,
  };
}

/** The version with the most traffic answers; what this run uploaded may be sick. */
function answerHealth(account: Account, sick: boolean): Response {
  if (!account.workersDev.value || !account.exists) {
    return new Response('<h1>There is nothing here yet</h1>', { status: 404 });
  }
  const [id = ''] = Object.entries(traffic(account)).toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const isSick = sick && account.versions.some((version) => version.id === id && version.by === 'ours');
  return Response.json({ status: isSick ? 'down' : 'ok', version: { id } }, { status: isSick ? 500 : 200 });
}

/** Clients of that account. */
export function clientsOf(
  account: Account,
  meet: Meet,
): { readonly reader: ReadClient; readonly writer: WriteClient } {
  const accountId = '0123456789abcdef0123456789abcdef';
  const find = async <T>(call: ReadCall<T>): Promise<T | null> => {
    const fault = meet('read', call.path.replace(/^.*\/acme\/?/, ''));
    if (fault !== null) throw failure(fault === 'refused' ? 403 : null);
    const answer = answerRead(account, call.path);
    return answer === null ? null : call.shape.parse(answer);
  };
  const read = async <T>(call: ReadCall<T>): Promise<T> => {
    const found = await find(call);
    if (found === null) throw new DeployError('WORKER_MISSING', 'no such Worker');
    return found;
  };
  return {
    reader: {
      accountId,
      read,
      find,
      ask: () => Promise.reject(new Error('not expected')),
      page: async (call) => ({ result: await read(call), info: {} }),
    },
    writer: {
      accountId,
      async write<T>(call: WriteCall<T>): Promise<T> {
        const fault = meet('write', `${call.method} ${call.path.replace(/^.*\/acme\/?/, '')}`);
        if (fault === 'refused') throw failure(400, 10_001);
        if (fault === 'lost before') throw failure(null);
        const answer = answerWrite(account, call.method, call.path, bodyOf(call.body));
        if (fault === 'lost after') throw failure(null);
        return call.shape.parse(answer);
      },
    },
  };
}

function failure(status: number | null, ...apiCodes: readonly number[]): ApiError {
  return new ApiError(status === null ? 'API_UNREACHABLE' : 'API_REFUSED', 'it failed', { status, apiCodes });
}

function bodyOf(body: WriteCall<never>['body']): JsonObject {
  if (typeof body !== 'function') return (body ?? {}) as JsonObject;
  const parts = body() as readonly FormPart[];
  return Object.fromEntries(parts.map(({ name, content }) => [name, Buffer.from(content).toString()]));
}
