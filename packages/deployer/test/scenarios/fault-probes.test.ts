import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeployError, type Deployer } from '@cf-deploy/deployer';
import type { Emulator } from '@cf-deploy/emulator';
import { recordSchema } from '../../src/records/record.ts';
import { ACCOUNT, HEALTHY, startProject, wranglerFile, type TestProject } from '../support/project.ts';

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

const FAULTS: Readonly<Record<string, ProbeFault>> = {
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

/**
 * A read meets every third of the faults here, and all of them over the commands, which share their reads; a write meets
 * all. CI lets every call of every command meet all.
 */
const isMet = (call: string, turn: number): boolean =>
  process.env['CF_DEPLOY_PROBES'] === 'all' || !call.startsWith('GET ') || turn % 3 === 0;
let probes = 0;

const target = { tenant: 'acme' };
const OLD = 'the-old-value-of-the-key';
const NEW = 'the-new-value-of-the-key';
const SOURCE = HEALTHY;
let project: TestProject;
/** Two versions, the newer one live, and one more without traffic. */
let account: ReturnType<Emulator['admin']['snapshot']>;
let versionIds: readonly string[];
/** Records of how it came to be so. */
let history: readonly string[];

beforeAll(async () => {
  project = await startProject({
    emulator: { runtime: 'double', rateLimit: null },
    tenantConfig: { healthCheck: false, requiredSecrets: ['API_KEY'] },
  });
  const file = (colour: string): Promise<void> =>
    project.write(
      'tenants/acme/wrangler.json',
      wranglerFile('acme', { no_bundle: true, vars: { COLOUR: colour }, triggers: { crons: ['0 1 * * *'] } }),
    );
  await project.write('tenants/acme/src/index.js', SOURCE.replace('fetch(', 'scheduled() {}, fetch('));
  await project.write('tenants/acme/.env', `API_KEY=${OLD}\n`);
  await file('blue');
  await project.deployer.deploy(target);
  await file('green');
  await project.deployer.deploy(target);
  await project.write('tenants/acme/.env', `API_KEY=${NEW}\n`);
  account = project.emulator.admin.snapshot();
  versionIds = scriptOf().versions.map(({ id }) => id);
  history = await project.records();
});

afterAll(() => project.close());

function scriptOf(): ReturnType<Emulator['admin']['scripts']>[number] {
  const [script] = project.emulator.admin.scripts(ACCOUNT);
  if (script === undefined) throw new Error('There is no Worker.');
  return script;
}

/** What is really there. */
function real() {
  const script = scriptOf();
  const live = script.deployments[0]?.versions[0]?.versionId ?? '';
  const bindings = script.versions.find(({ id }) => id === live)?.bindings ?? [];
  const secrets = new Map(
    bindings.flatMap((one) => (one.type === 'secret_text' ? [[one.name, String(one['text'])] as const] : [])),
  );
  return {
    live,
    secrets,
    versions: script.versions.length,
    deployments: script.deployments.map(({ id }) => id),
  };
}
type Real = ReturnType<typeof real>;

/** How a command ended, and what it had done. */
interface Ended<Result> {
  readonly result: Result | null;
  readonly error: DeployError | null;
  readonly before: Real;
  readonly after: Real;
  /** Its record; null when it wrote none. */
  readonly record: ReturnType<typeof recordSchema.parse> | null;
}

/** Runs a command on the account as it was; call `index` meets the fault, or each one like it from there on. */
async function run<Result>(
  command: (deployer: Deployer) => Promise<Result>,
  faulty: { readonly index: number; readonly fault: ProbeFault; readonly stays: boolean } | null,
): Promise<Ended<Result> & { readonly calls: readonly string[] }> {
  await project.emulator.admin.restore(account);
  await project.keepRecords(history);
  const before = real();
  const calls: string[] = [];
  let hit: string | null = null;
  const deployer = project.another({
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const call = `${request.method} ${new URL(request.url).pathname.replace(/[0-9a-f-]{32,36}/g, ':id')}`;
      calls.push(call);
      if (faulty !== null && calls.length - 1 === faulty.index) hit = call;
      const strikes = faulty !== null && hit === call && (faulty.stays || calls.length - 1 === faulty.index);
      if (!strikes) return project.emulator.fetch(request);
      return faulty.fault.answer(faulty.fault.sent ? await project.emulator.fetch(request) : null);
    },
  });
  const ended = await command(deployer).then(
    (result) => ({ result, error: null }),
    (error: unknown) => {
      if (!(error instanceof DeployError)) throw error;
      return { result: null, error };
    },
  );
  const [name] = (await project.records()).filter((file) => !history.includes(file));
  const text = name === undefined ? null : await readFile(join(project.root, 'deployments', name), 'utf8');
  expect(text ?? '').not.toContain(NEW);
  expect(JSON.stringify(ended)).not.toContain(NEW);
  const record = text === null ? null : recordSchema.parse(JSON.parse(text));
  return { ...ended, before, after: real(), record, calls };
}

/** What must hold of a command, whatever happened; empty when all does. */
type Oracle<Result> = (ended: Ended<Result>) => readonly string[];

/** One command, its oracle, and what is right of it in good weather. */
function probe<Result>(
  name: string,
  command: (deployer: Deployer) => Promise<Result>,
  oracle: Oracle<Result>,
): void {
  const number = (probes += 1);
  describe(name, () => {
    let calm: readonly string[] = [];
    beforeAll(async () => {
      const ended = await run(command, null);
      expect(ended.error).toBeNull();
      expect(oracle(ended)).toEqual([]);
      calm = ended.calls;
    });
    const faults = Object.entries(FAULTS).map(
      ([what, fault], index) => [what, fault, number + index] as const,
    );
    test.each(faults)('one call %s', async (_what, fault, turn) => {
      const wrong: string[] = [];
      const meet = async (index: number, stays: boolean): Promise<readonly string[]> => {
        const ended = await run(command, { index, fault, stays });
        const where = `${ended.calls[index]}${stays ? ', every time' : ''}`;
        wrong.push(
          ...[...oracle(ended), ...isNotGone(ended)].map((line) => `${where}: ${line} (${said(ended)})`),
        );
        return ended.calls;
      };
      for (const [index, call] of calm.entries()) {
        if (fault.onlyWrites === true && call.startsWith('GET ')) continue;
        if (!isMet(call, turn + index)) continue;
        const calls = await meet(index, false);
        // A fault that stays differs only where the call was repeated or made again.
        if (!fault.sent && calls.indexOf(call, index + 1) !== -1) await meet(index, true);
      }
      expect(wrong).toEqual([]);
    });
  });
}

/** The Worker is there all the time: one endpoint that says otherwise proves nothing. */
const isNotGone = ({ error }: Ended<unknown>): readonly string[] =>
  check([error?.code !== 'WORKER_MISSING', 'it says that there is no Worker']);

function said({ result, error, record }: Ended<unknown>): string {
  return `${error === null ? 'done' : `${error.code} ${error.message}`}; ${JSON.stringify(result)?.slice(0, 300)}; record ${record?.status} ${record?.endState}`;
}

const check = (...claims: readonly (readonly [holds: boolean, otherwise: string])[]): readonly string[] =>
  claims.flatMap(([holds, otherwise]) => (holds ? [] : [otherwise]));

/** What holds of every command that only reads. */
const touchesNothing = ({ before, after, record }: Ended<unknown>): readonly string[] =>
  check(
    [JSON.stringify(before) === JSON.stringify(after), 'it changed something'],
    [record === null, 'it wrote a record'],
  );

interface SecretsResult {
  readonly endState?: string;
  readonly secrets: readonly { readonly name: string; readonly present: boolean }[];
}

/** A change of secrets: what is said is what is live, and no more than one version is made. */
const secretsAreAsSaid =
  (name: string, wanted: string | null): Oracle<SecretsResult> =>
  ({ result, error, before, after, record }) => {
    const isLive = (after.secrets.get(name) ?? null) === wanted;
    const changed = after.versions > before.versions;
    const state = result?.endState ?? record?.endState;
    const present = result?.secrets.some((secret) => secret.name === name && secret.present);
    return check(
      [after.versions <= before.versions + 1, 'it made more than one version'],
      [result === null || isLive, 'it says done, and it is not'],
      [result === null || present === (wanted !== null), 'the names it gives are wrong'],
      [result === null || record !== null, 'there is no record'],
      [record?.status !== 'running', 'the record says that it runs'],
      [
        record === null || record.status === (error === null ? 'deployed' : 'failed'),
        'the record says something else',
      ],
      [state !== 'live' || isLive, 'it says live, and it is not'],
      [state !== 'untouched' || !changed, 'it says untouched, and there is a version'],
      [state !== 'uploaded' || changed, 'it says uploaded, and there is no version'],
      [error === null || record !== null || !changed, 'it left a version and no record'],
      [error === null || error.exitCode !== 3 || !changed, 'it says that nothing was sent'],
      [error?.code !== 'INTERNAL', 'it calls it a defect of its own'],
    );
  };

probe(
  'secrets put, a new one',
  ({ secrets }) => secrets.put({ ...target, name: 'EXTRA', value: NEW }),
  secretsAreAsSaid('EXTRA', NEW),
);
probe(
  'secrets put, another value',
  ({ secrets }) => secrets.put({ ...target, name: 'API_KEY', value: NEW }),
  secretsAreAsSaid('API_KEY', NEW),
);
probe('secrets push', ({ secrets }) => secrets.push(target), secretsAreAsSaid('API_KEY', NEW));
probe(
  'secrets delete',
  ({ secrets }) => secrets.delete({ ...target, name: 'API_KEY' }),
  secretsAreAsSaid('API_KEY', null),
);
probe(
  'secrets list',
  ({ secrets }) => secrets.list(target),
  (ended) => [
    ...touchesNothing(ended),
    ...check([
      ended.result === null ||
        ended.result.secrets.some(({ name, present }) => name === 'API_KEY' && present),
      'it does not name a secret that is there',
    ]),
  ],
);

probe(
  'drift, where there is none',
  (deployer) => deployer.drift(target),
  (ended) => [
    ...touchesNothing(ended),
    ...check([
      (ended.result?.changes ?? []).length === 0,
      `it tells ${ended.result?.changes.map(({ path }) => path).join()}`,
    ]),
  ],
);
probe(
  'drift, where somebody changed a variable',
  async (deployer) => {
    await project.emulator.admin
      .editAs({ email: 'a@example.com' })
      .setVariable(ACCOUNT, 'acme', 'COLOUR', 'red');
    return deployer.drift(target);
  },
  ({ result, record }) =>
    check(
      [record === null, 'it wrote a record'],
      [result?.outcome !== 'clean', 'it says clean'],
      [
        (result?.changes ?? []).every(({ path }) => path === 'bindings.COLOUR.text'),
        `it tells ${result?.changes.map(({ path }) => path).join()}`,
      ],
    ),
);
probe(
  'plan, where there is nothing to do',
  (deployer) => deployer.plan(target),
  (ended) => [
    ...touchesNothing(ended),
    ...check(
      [ended.result?.action !== 'create', 'it would create what is there'],
      [
        (ended.result?.changes ?? []).length === 0,
        `it tells ${ended.result?.changes.map(({ path }) => path).join()}`,
      ],
    ),
  ],
);
probe(
  'status',
  (deployer) => deployer.status(target),
  (ended) => [
    ...touchesNothing(ended),
    ...check([
      ended.result === null ||
        (ended.result.exists && ended.result.deployment?.versions[0]?.versionId === ended.after.live),
      'it says that something else is live',
    ]),
  ],
);
probe(
  'versions',
  (deployer) => deployer.versions(target),
  (ended) => [
    ...touchesNothing(ended),
    ...check(
      [ended.result === null || ended.result.versions.length === versionIds.length, 'it lists others'],
      [
        ended.result === null ||
          ended.result.versions.every(
            ({ versionId, percentage }) => (percentage === 100) === (versionId === ended.after.live),
          ),
        'its traffic is wrong',
      ],
    ),
  ],
);
probe(
  'rollback',
  (deployer) => deployer.rollback(target),
  ({ result, error, before, after, record }) => {
    const moved = after.live === versionIds[0];
    const touched = after.deployments.length > before.deployments.length;
    const state = result?.endState ?? record?.endState;
    return check(
      [result === null || record?.endState === result.endState, 'the record says something else'],
      [record?.status !== 'running', 'the record says that it runs'],
      [state !== 'live' || moved, 'it says live, and it is not'],
      [state !== 'untouched' || !touched, 'it says untouched, and there is a deployment'],
      [state !== 'rolled-back' || after.live === before.live, 'it says rolled back, and it is not'],
      [result?.status !== 'deployed' || moved, 'it says deployed, and it is not'],
      [
        result === null || (result.error === null) === (result.status === 'deployed'),
        'status and error disagree',
      ],
      [error === null || !touched, 'it was refused, and something changed'],
      [error?.code !== 'INTERNAL' && result?.error?.code !== 'INTERNAL', 'it calls it a defect of its own'],
      [after.deployments.length <= before.deployments.length + 2, 'it moved traffic again and again'],
    );
  },
);
