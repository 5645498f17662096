import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DeployError, type Deployer } from '@cf-deploy/deployer';
import { recordSchema } from '../../src/records/record.ts';
import type { TestProject } from './project.ts';
import { toRequest } from './request.ts';

/** What comes back in the place of an answer; `sent`: the call reached Cloudflare all the same. */
interface ProbeFault {
  readonly sent: boolean;
  /** For a read it is the same as the one above it, whether it reached Cloudflare or not. */
  readonly onlyWrites?: boolean;
  readonly answer: (real: Response | null) => Promise<Response>;
}

const answer = (status: number, body: string, type = 'application/json'): Promise<Response> =>
  Promise.resolve(new Response(body, { status, headers: { 'content-type': type } }));
const refusal = (status: number, code: number): Promise<Response> =>
  answer(
    status,
    JSON.stringify({ success: false, errors: [{ code, message: 'no' }], messages: [], result: null }),
  );
const cut = async (given: Response | null): Promise<Response> => {
  const text = (await given?.text()) ?? '{"success": true, "res';
  return answer(200, text.slice(0, Math.max(1, Math.floor(text.length / 2))));
};
const lost = (): Promise<Response> =>
  Promise.reject(new TypeError('fetch failed', { cause: new Error('other side closed') }));
const PAGE = '<html><title>Gateway</title></html>';

export const FAULTS: Readonly<Record<string, ProbeFault>> = {
  'never arrives': { sent: false, answer: lost },
  'is applied, and its answer lost': { sent: true, onlyWrites: true, answer: lost },
  'is answered 500': { sent: false, answer: () => refusal(500, 10_002) },
  'is applied, and answered 500': { sent: true, onlyWrites: true, answer: () => refusal(500, 10_002) },
  'is forbidden': { sent: false, answer: () => refusal(403, 10_000) },
  'is answered "no such Worker"': { sent: false, answer: () => refusal(404, 10_007) },
  'is limited': { sent: false, answer: () => refusal(429, 971) },
  'is answered by a page': { sent: false, answer: () => answer(200, PAGE, 'text/html') },
  'is applied, and answered by a page': { sent: true, answer: () => answer(502, PAGE, 'text/html') },
  'is applied, and its answer cut': { sent: true, answer: cut },
  'is answered with nonsense': {
    sent: false,
    answer: () => answer(200, '{"success":true,"result":"nonsense"}'),
  },
  'is applied, and answered with nonsense': {
    sent: true,
    onlyWrites: true,
    answer: () => answer(200, '{"success":true,"result":"nonsense"}'),
  },
  'is refused with status 200': { sent: false, answer: () => refusal(200, 10_099) },
};

/** One in so many faults is met by a call. */
interface Share {
  readonly reads: number;
  readonly writes: number;
}

/**
 * A read meets every fifth of the faults here, and all of them over the commands, which share their reads; a write meets
 * all, and each command each fault. Of commands with many calls it is fewer. CI lets every call of every command meet all.
 */
const isMet = (call: string, turn: number, { reads, writes }: Share): boolean =>
  process.env['CF_DEPLOY_PROBES'] === 'all' || turn % (call.startsWith('GET ') ? reads : writes) === 0;

/** The calls that meet a fault, with their places among all: at least one, if any can. */
function meeting(
  calls: readonly string[],
  { onlyWrites = false }: ProbeFault,
  turn: number,
  share: Share,
): readonly (readonly [index: number, call: string])[] {
  const able = [...calls.entries()].filter(([, call]) => !onlyWrites || !call.startsWith('GET '));
  const chosen = able.filter(([index, call]) => isMet(call, turn + index, share));
  const one = able.slice(turn % Math.max(1, able.length)).slice(0, 1);
  return chosen.length > 0 ? chosen : one;
}

/** What a probe looks at: one project, put back before each run, and what is really in its account. */
export interface Probed<Real> {
  readonly project: TestProject;
  /** The account, and files that the command changes, as they were. */
  readonly reset: () => Promise<void>;
  readonly real: () => Real;
  /** What no result and no record may hold. */
  readonly never?: string;
}

/** How a command ended, and what it had done. */
export interface Ended<Result, Real> {
  readonly result: Result | null;
  readonly error: DeployError | null;
  readonly before: Real;
  readonly after: Real;
  /** Its first record; null when it wrote none. */
  readonly record: ReturnType<typeof recordSchema.parse> | null;
}

/** What must hold of a command, whatever happened; empty when all does. */
export type Oracle<Result, Real> = (ended: Ended<Result, Real>) => readonly string[];

/** One claim for each line that is to be told when it does not hold. */
export const check = (
  ...claims: readonly (readonly [holds: boolean, otherwise: string])[]
): readonly string[] => claims.flatMap(([holds, otherwise]) => (holds ? [] : [otherwise]));

/** What holds of every command that only reads. */
export const touchesNothing = ({ before, after, record }: Ended<unknown, unknown>): readonly string[] =>
  check(
    [JSON.stringify(before) === JSON.stringify(after), 'it changed something'],
    [record === null, 'it wrote a record'],
  );

/** One call of the command that meets the fault, or each one like it from there on. */
interface Faulty {
  readonly index: number;
  readonly fault: ProbeFault;
  readonly stays: boolean;
}

/** Runs a command on the account as it was. */
async function run<Result, Real>(
  { project, reset, real, never }: Probed<Real>,
  command: (deployer: Deployer) => Promise<Result>,
  faulty: Faulty | null,
): Promise<Ended<Result, Real> & { readonly calls: readonly string[] }> {
  await reset();
  const before = real();
  const calls: string[] = [];
  let hit: string | null = null;
  const deployer = project.another({
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      const call = `${request.method} ${new URL(request.url).pathname.replace(/[0-9a-f-]{32,36}/g, ':id')}`;
      calls.push(call);
      if (faulty !== null && calls.length - 1 === faulty.index) hit = call;
      const strikes = faulty !== null && hit === call && (faulty.stays || calls.length - 1 === faulty.index);
      if (!strikes) return project.emulator.fetch(request);
      return faulty.fault.answer(faulty.fault.sent ? await project.emulator.fetch(request) : null);
    },
  });
  const known = new Set(await project.records());
  const ended = await command(deployer).then(
    (result) => ({ result, error: null }),
    (error: unknown) => {
      if (!(error instanceof DeployError)) throw error;
      return { result: null, error };
    },
  );
  const [name] = (await project.records()).filter((file) => !known.has(file));
  const text = name === undefined ? null : readFileSync(join(project.root, 'deployments', name), 'utf8');
  expect(`${text ?? ''}${JSON.stringify(ended)}`).not.toContain(never ?? NEVER_SAID);
  const record = text === null ? null : recordSchema.parse(JSON.parse(text));
  return { ...ended, before, after: real(), record, calls };
}

/** Where nothing must not be said. */
const NEVER_SAID = 'what nothing ever says';

/**
 * One command, its oracle, and what is right of it in good weather.
 */
export function probe<Result, Real>(
  name: string,
  world: () => Probed<Real>,
  command: (deployer: Deployer) => Promise<Result>,
  oracle: Oracle<Result, Real>,
  share: Share = { reads: 5, writes: 1 },
): void {
  describe(name, () => {
    let calm: readonly string[] = [];
    beforeAll(async () => {
      const ended = await run(world(), command, null);
      expect(ended.error).toBeNull();
      expect(oracle(ended)).toEqual([]);
      calm = ended.calls;
    });
    // Other faults for each command.
    const faults = Object.entries(FAULTS).map(
      ([what, fault], index) => [what, fault, name.length + index] as const,
    );
    test.each(faults)('one call %s', { timeout: 60_000 }, async (_what, fault, turn) => {
      const wrong: string[] = [];
      const meet = async (index: number, stays: boolean): Promise<readonly string[]> => {
        const ended = await run(world(), command, { index, fault, stays });
        const where = `${ended.calls[index]}${stays ? ', every time' : ''}`;
        wrong.push(
          ...[...oracle(ended), ...isNoDefect(ended)].map((line) => `${where}: ${line} (${said(ended)})`),
        );
        return ended.calls;
      };
      for (const [index, call] of meeting(calm, fault, turn, share)) {
        const calls = await meet(index, false);
        // A fault that stays differs only where the call was repeated or made again.
        if (!fault.sent && calls.indexOf(call, index + 1) !== -1) await meet(index, true);
      }
      expect(wrong).toEqual([]);
    });
  });
}

/** The Worker is there all the time: one endpoint that says otherwise proves nothing. Nor is any answer our defect. */
const isNoDefect = ({ error }: Ended<unknown, unknown>): readonly string[] =>
  check(
    [error?.code !== 'WORKER_MISSING', 'it says that there is no Worker'],
    [error?.code !== 'INTERNAL', 'it calls it a defect of its own'],
  );

function said({ result, error, record }: Ended<unknown, unknown>): string {
  return `${error === null ? 'done' : `${error.code} ${error.message}`}; ${JSON.stringify(result)?.slice(0, 300)}; record ${record?.status} ${record?.endState}`;
}
