import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { DeployResult, Deployer, DestroyResult } from '@cf-deploy/deployer';
import type { Emulator } from '@cf-deploy/emulator';
import type { Documents, Kind } from '../../../emulator/src/store/documents.ts';
import { check, probe as probeIn, touchesNothing, type Oracle } from '../support/fault-probe.ts';
import {
  ACCOUNT,
  HEALTHY,
  startProject,
  tenantFile,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

const OTHER = 'fedcba9876543210fedcba9876543210';
const target = { tenant: 'acme' };
/** These commands have many calls. */
const SHARE = { reads: 61, writes: 6 };
let project: TestProject;
let account: ReturnType<Emulator['admin']['snapshot']>;
/** Records of how it came to be so. */
let history: readonly string[];

const FILE = wranglerFile('acme', {
  no_bundle: true,
  kv_namespaces: [],
  workers_dev: true,
  routes: [
    { pattern: 'acme.example.com/*', zone_name: 'example.com' },
    { pattern: 'api.example.com', custom_domain: true },
  ],
  triggers: { crons: ['0 3 * * *'] },
  queues: { consumers: [{ queue: 'jobs' }] },
  workflows: [{ name: 'orders', binding: 'ORDERS', class_name: 'Orders' }],
});
const SOURCE = `export class Orders { async run() {} }\n${HEALTHY.replace('fetch(', 'scheduled() {}, queue() {}, fetch(')}`;

beforeAll(async () => {
  project = await startProject({
    emulator: {
      runtime: 'double',
      rateLimit: null,
      accounts: [
        { id: ACCOUNT, subdomain: 'test' },
        { id: OTHER, subdomain: 'other' },
      ],
    },
    tenants: ['beta'],
    tenantConfig: { healthCheck: false },
  });
  await project.emulator.admin.seed({
    zones: [{ accountId: ACCOUNT, name: 'example.com' }],
    queues: [
      { accountId: ACCOUNT, name: 'jobs' },
      { accountId: ACCOUNT, name: 'mails' },
      { accountId: OTHER, name: 'mails' },
    ],
  });
  await project.write('tenants/acme/tenant.config.json', tenantFile('acme', { healthCheck: false }));
  await project.write('tenants/acme/wrangler.json', FILE);
  await project.write('tenants/acme/src/index.js', SOURCE);
  await project.write('tenants/beta/src/index.js', SOURCE);
  await project.write(
    'tenants/beta/wrangler.json',
    wranglerFile('beta', {
      no_bundle: true,
      kv_namespaces: [],
      workers_dev: true,
      queues: { consumers: [{ queue: 'mails' }] },
    }),
  );
  for (const tenant of ['acme', 'beta']) await project.deployer.deploy({ tenant });
  account = project.emulator.admin.snapshot();
  history = await project.records();
  cpSync(join(project.root, 'tenants'), join(project.root, 'kept'), { recursive: true });
});

afterAll(() => project.close());

function table<K extends Kind>(kind: K): readonly Documents[K][] {
  const { documents } = project.emulator.admin.snapshot();
  return [...((documents.get(kind) as ReadonlyMap<string, Documents[K]> | undefined)?.values() ?? [])];
}

/** Everything of a Worker that is really there, as removals call it; of the other account, too. */
function realOf(worker: string): readonly string[] {
  return [
    ...table('script').flatMap(({ name, accountId, schedules }) =>
      name === worker
        ? [
            `Worker ${name}${accountId === OTHER ? ' of the other account' : ''}`,
            ...schedules.map(({ cron }) => `cron ${cron}`),
          ]
        : [],
    ),
    ...table('route').flatMap(({ pattern, script }) => (script === worker ? [`route ${pattern}`] : [])),
    ...table('domain').flatMap(({ hostname, service }) =>
      service === worker ? [`custom domain ${hostname}`] : [],
    ),
    ...table('queue').flatMap(({ name, consumers }) =>
      consumers.flatMap(({ scriptName }) => (scriptName === worker ? [`consumer of queue ${name}`] : [])),
    ),
    ...table('workflow').flatMap(({ name, scriptName }) =>
      scriptName === worker ? [`workflow ${name}`] : [],
    ),
  ].toSorted();
}
type Real = readonly string[];

async function files(): Promise<void> {
  const { root } = project;
  for (const folder of ['.cf-deploy', 'tenants']) {
    rmSync(join(root, folder), { recursive: true, force: true });
  }
  cpSync(join(root, 'kept'), join(root, 'tenants'), { recursive: true });
  await project.keepRecords(history);
}

function probe<Result>(
  name: string,
  command: (deployer: Deployer) => Promise<Result>,
  oracle: Oracle<Result, Real>,
  worker = 'acme',
): void {
  const real = (): Real => realOf(worker);
  const reset = async (): Promise<void> => {
    await project.emulator.admin.restore(account);
    await files();
  };
  probeIn(name, () => ({ project, reset, real }), command, oracle, SHARE);
}

/** What a result says of what is gone and what is left is so. */
function isTrueOf(result: DestroyResult | undefined, before: Real, after: Real): readonly string[] {
  if (result === undefined) return [];
  const there = (name: string): boolean => after.includes(name);
  const { endState, status, error, removed, leftovers, unknown } = result;
  const left = leftovers.map((line) => before.find((name) => line.startsWith(name)) ?? line);
  return check(
    [endState !== 'gone' || after.length === 0, `it says gone, and there is ${after.join()}`],
    [endState !== 'untouched' || after.length === before.length, 'it says untouched, and something is gone'],
    [endState !== 'partly' || (after.length > 0 && after.length < before.length), 'it says partly'],
    [
      (status === 'destroyed' || status === 'already-gone') === (endState === 'gone'),
      `${status} and ${endState} disagree`,
    ],
    [(error === null) === (endState === 'gone'), 'error and end state disagree'],
    [removed.every((name) => !there(name)), `it says removed: ${removed.filter(there).join()}`],
    [
      endState === 'unknown' || left.every(there),
      `it says left: ${left.filter((name) => !there(name)).join()}`,
    ],
    [
      endState === 'unknown' || unknown.length > 0 || after.every((name) => left.includes(name)),
      `it does not say left: ${after.filter((name) => !left.includes(name)).join()}`,
    ],
    [error?.code !== 'INTERNAL', 'it calls it a defect of its own'],
  );
}

probe(
  'destroy',
  (deployer) => deployer.destroy(target),
  ({ result, error, before, after, record }) => [
    ...isTrueOf(result?.results[0], before, after),
    ...check(
      [record?.status !== 'running', 'the record says that it runs'],
      [
        result === null || record === null || record.endState === result.results[0]?.endState,
        'the record says something else',
      ],
      [record !== null || before.length === after.length, 'something is gone, and there is no record'],
      [error === null || before.length === after.length, 'it was refused, and something is gone'],
    ),
  ],
);
probe(
  'a plan to destroy',
  (deployer) => deployer.planDestroy(target),
  (ended) => [
    ...touchesNothing(ended),
    ...check([
      ended.result === null ||
        ended.result.results.every(
          ({ exists, removes, unknown }) =>
            exists && removes.length + unknown.length * 9 >= ended.before.length,
        ),
      'it does not name all that is there',
    ]),
  ],
);
const isForgotten = async (): Promise<void> => {
  rmSync(join(project.root, 'tenants/acme'), { recursive: true });
};
probe(
  'prune',
  async (deployer) => {
    await isForgotten();
    return deployer.prune();
  },
  ({ result, error, before, after }) => [
    ...isTrueOf(result?.results[0], before, after),
    ...check(
      [error === null || before.length === after.length, 'it was refused, and something is gone'],
      [
        result === null || result.results.length + result.left.length + result.unknown.length > 0,
        'it says that there is no orphan',
      ],
    ),
  ],
);
probe(
  'tenant remove',
  (deployer) => deployer.removeTenant({ id: 'acme' }),
  ({ result, error, before, after }) => [
    ...isTrueOf(result?.destroyed[0], before, after),
    ...check(
      [result?.status !== 'done' || after.length === 0, 'it says done, and it is not'],
      [error === null || before.length === after.length, 'it was refused, and something is gone'],
      [(result?.error ?? null) === null || result?.status === 'failed', 'status and error disagree'],
    ),
  ],
);
const serves = (after: Real, where: string): boolean => after.includes(`Worker beta${where}`);
/** Of a Worker that was deployed, what the result says is so. */
function isDeployed(result: DeployResult | null | undefined, after: Real, where: string): readonly string[] {
  if (result === null || result === undefined) return [];
  return check(
    [result.endState !== 'live' || serves(after, where), 'it says live, and it is not'],
    [result.endState !== 'untouched' || !serves(after, where), 'it says untouched, and it is there'],
    [result.error?.code !== 'INTERNAL', 'it calls it a defect of its own'],
  );
}
probe(
  'tenant move',
  (deployer) => deployer.moveTenant({ id: 'beta', toAccount: OTHER, fields: { accountSubdomain: 'other' } }),
  ({ result, error, before, after }) => {
    const [switched] = result?.switched ?? [];
    const old = before.filter((name) => after.includes(name));
    return [
      ...isDeployed(switched?.deployed, after, ' of the other account'),
      ...check(
        [serves(after, '') || serves(after, ' of the other account'), 'nothing serves any more'],
        [
          result?.status !== 'done' || (serves(after, ' of the other account') && !serves(after, '')),
          'it says done, and it is not',
        ],
        [
          error === null || JSON.stringify(before) === JSON.stringify(after),
          'it was refused, and something changed',
        ],
        [(result?.error ?? null) === null || result?.status === 'failed', 'status and error disagree'],
        [
          old.length > 0 || result?.status === 'done' || result?.status === 'failed',
          'nothing is left, and it says nothing',
        ],
      ),
    ];
  },
  'beta',
);
