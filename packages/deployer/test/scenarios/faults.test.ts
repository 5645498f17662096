import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '@cf-deploy/emulator';
import type { EndState } from '@cf-deploy/deployer';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  startProject,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

/** Every way one call can go wrong; the reports must be right for all of them. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'is refused': { status: 400, code: 10021, message: 'refused' },
  'is forbidden': { status: 403, code: 10000, message: 'Authentication error' },
  'meets a server error every time': { status: 500, code: 10002 },
  'meets one 503': { status: 503, times: 1 },
  'meets one 429': { status: 429, code: 971, times: 1, headers: { 'Retry-After': '2' } },
  'meets 429 every time': { status: 429, code: 971 },
  'never arrives': { reset: 'before' },
  'never arrives once': { reset: 'before', times: 1 },
  'is applied, and its answer is lost once': { reset: 'after', times: 1 },
  'is applied, and every answer is lost': { reset: 'after' },
  'is applied, and a 502 is answered': { status: 502, applied: true, times: 1 },
  'is applied, and the answer is not JSON': { malformed: true, applied: true },
  'is answered by a page and not applied': { malformed: true },
};

const WRITES = {
  first: {
    'the script upload': { method: 'PUT', path: `/accounts/${ACCOUNT}/workers/scripts/acme` },
    'workers.dev': { method: 'POST', path: `/accounts/${ACCOUNT}/workers/scripts/acme/subdomain` },
    'the crons': { method: 'PUT', path: `/accounts/${ACCOUNT}/workers/scripts/acme/schedules` },
  },
  update: {
    'the version upload': { method: 'POST', path: `/accounts/${ACCOUNT}/workers/scripts/acme/versions` },
    'the deployment': { method: 'POST', path: `/accounts/${ACCOUNT}/workers/scripts/acme/deployments` },
    'the settings': { method: 'PATCH', path: `/accounts/${ACCOUNT}/workers/scripts/acme/script-settings` },
    'the crons': { method: 'PUT', path: `/accounts/${ACCOUNT}/workers/scripts/acme/schedules` },
  },
} as const;

const CALLS_OF_ROLLBACK = {
  'the deployment': { method: 'POST', path: `/accounts/${ACCOUNT}/workers/scripts/acme/deployments` },
  'the list of deployments': { method: 'GET', path: `/accounts/${ACCOUNT}/workers/scripts/acme/deployments` },
  'the list of versions': { method: 'GET', path: `/accounts/${ACCOUNT}/workers/scripts/acme/versions` },
} as const;

const SCHEDULED = HEALTHY.replace('export default {', 'export default { scheduled() {},');
const NEWER = SCHEDULED.replace("'one'", "'two'");
const target = { tenant: 'acme' };

// The code is not what this is about, and bundling it takes as long as a deploy.
const OLD_FILE = wranglerFile('acme', { no_bundle: true, triggers: { crons: ['0 1 * * *'] } });
const NEW_FILE = wranglerFile('acme', { no_bundle: true, logpush: true, triggers: { crons: ['0 2 * * *'] } });

let project: TestProject;
/** The account before anything was deployed, and with the first version live. */
let empty: ReturnType<TestProject['emulator']['admin']['snapshot']>;
let deployed: typeof empty;
/** Two versions: the second one live. */
let updated: typeof empty;
let versionIds: readonly string[];
/** Records of how it came to be so. */
let history: readonly string[];

beforeAll(async () => {
  project = await startProject({
    emulator: { runtime: createFakeRuntime, rateLimit: null },
    tenantConfig: { healthCheck: false },
  });
  empty = project.emulator.admin.snapshot();
  await writeFiles(OLD_FILE, SCHEDULED);
  await project.deployer.deploy(target);
  deployed = project.emulator.admin.snapshot();
  await project.write('tenants/acme/src/index.js', NEWER);
  await project.deployer.deploy(target);
  updated = project.emulator.admin.snapshot();
  history = await project.records();
  versionIds = (await project.deployer.versions(target)).versions.map(({ versionId }) => versionId);
});

afterAll(async () => {
  await project.close();
});

async function writeFiles(wrangler: object, source: string): Promise<void> {
  await project.write('tenants/acme/wrangler.json', wrangler);
  await project.write('tenants/acme/src/index.js', source);
}

/** The account as it was, and one fault in the way. */
async function begin(account: typeof empty, fault: Fault): Promise<void> {
  project.emulator.admin.clearFaults();
  await project.emulator.admin.restore(account);
  await project.keepRecords(history);
  project.emulator.admin.addFault(fault);
}

/** What is really there, told from the emulator's own documents. */
function truth(before: ReturnType<TestProject['emulator']['admin']['scripts']>): EndState {
  const [was] = before;
  const [script] = project.emulator.admin.scripts(ACCOUNT);
  if (script === undefined) return 'untouched';
  const live = script.deployments[0]?.versions[0]?.versionId;
  const isNew = live !== undefined && !(was?.versions ?? []).some(({ id }) => id === live);
  const crons = script.schedules.map(({ cron }) => cron);
  if (isNew) {
    const complete =
      was === undefined
        ? script.subdomain.enabled && crons.join() === '0 1 * * *'
        : script.settings.logpush && crons.join() === '0 2 * * *';
    return complete ? 'live' : 'live-partly';
  }
  if (script.settings.logpush || crons.join() !== '0 1 * * *') return 'live-partly';
  if (script.deployments.length > (was?.deployments.length ?? 0)) return 'rolled-back';
  return script.versions.length > (was?.versions.length ?? 0) ? 'uploaded' : 'untouched';
}

describe.each(Object.entries(FAULTS))('a call that %s', (_name, fault) => {
  test.each(Object.entries(WRITES.first))('first deploy, %s: the end state is true', async (_what, where) => {
    await writeFiles(OLD_FILE, SCHEDULED);
    await begin(empty, { ...fault, ...where });

    const result = await project.deployer.deploy(target);

    expect(result.endState).toBe(truth([]));
    expect(result.status === 'deployed').toBe(result.error === null);
    expect(result.status === 'deployed').toBe(result.endState === 'live');
  });

  test.each(Object.entries(WRITES.update))('update, %s: the end state is true', async (_what, where) => {
    await writeFiles(NEW_FILE, NEWER);
    await begin(deployed, { ...fault, ...where });
    const before = project.emulator.admin.scripts(ACCOUNT);

    const result = await project.deployer.deploy(target);

    expect(result.endState).toBe(truth(before));
    const somethingLeft = ['uploaded', 'live-partly'].includes(result.endState);
    expect(somethingLeft && result.leftovers.length === 0, 'what is left is named').toBe(false);
    expect(result.status === 'deployed').toBe(result.error === null);
    expect(result.status === 'deployed').toBe(result.endState === 'live');
    project.emulator.admin.clearFaults();
    const again = await project.deployer.deploy(target);
    expect(again.endState).toBe('live');
    expect(truth(before)).toBe('live');
  });

  test.each(Object.entries(CALLS_OF_ROLLBACK))(
    'rollback, %s: what is told is what is live',
    async (_what, where) => {
      await begin(updated, { ...fault, ...where });
      const [bad, good] = versionIds;

      const told = await project.deployer.rollback(target).then(
        ({ status, endState }) => ({ status, endState }),
        // Thrown before the first write.
        () => ({ status: 'failed', endState: 'untouched' }),
      );

      const [script] = project.emulator.admin.scripts(ACCOUNT);
      const live = script?.deployments[0]?.versions[0]?.versionId;
      expect([bad, good]).toContain(live);
      const moved = script?.deployments.length !== 2;
      expect(told.endState).toBe(live === good ? 'live' : moved ? 'rolled-back' : 'untouched');
      expect(told.status === 'deployed').toBe(told.endState === 'live');
      project.emulator.admin.clearFaults();
      expect(await project.deployer.rollback({ ...target, versionId: String(good) })).toMatchObject({
        endState: 'live',
        versionId: good,
      });
    },
  );
});
