import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  KV,
  startProject,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

const target = { tenant: 'acme' };
const OTHER_KV = 'b'.repeat(32);
const OLD = 'old-secret-value-1';
const NEW = 'new-secret-value-2';

let project: TestProject;

beforeEach(async () => {
  project = await startProject({
    emulator: { runtime: createFakeRuntime },
    tenantConfig: { healthCheck: false },
  });
  await project.emulator.admin.seed({
    kvNamespaces: [{ accountId: ACCOUNT, id: OTHER_KV }],
    dispatchNamespaces: [{ accountId: ACCOUNT, name: 'customers' }],
  });
});

afterEach(() => project.close());

/** Deploys that code, with those fields of the wrangler file. */
async function release(greeting: string, fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const room = 'durable_objects' in fields ? 'export class Room {}\n' : '';
  await project.write('tenants/acme/wrangler.json', wranglerFile('acme', fields));
  await project.write('tenants/acme/src/index.js', `${room}${HEALTHY.replace("'one'", `'${greeting}'`)}`);
  const result = await project.deployer.deploy(target);
  expect(result.error).toBeNull();
  return String(result.versionId);
}

const putSecret = (value: string, name = 'KEY'): Promise<unknown> =>
  project.deployer.secrets.put({ ...target, name, value });

function script() {
  const found = project.emulator.admin.scripts(ACCOUNT).find(({ name }) => name === 'acme');
  if (found === undefined) throw new Error('there is no Worker');
  return found;
}

const versionOf = (id: string) => script().versions.find((version) => version.id === id);

/** What really has the traffic: the version whose code it is, and what is bound. */
function live() {
  const shares = script().deployments[0]?.versions ?? [];
  const version = versionOf(shares.toSorted((a, b) => b.percentage - a.percentage)[0]?.versionId ?? '');
  const first = script().versions.find(({ etag }) => etag === version?.etag);
  return {
    shares: shares.map(({ percentage }) => percentage),
    id: version?.id,
    codeOf: first?.id,
    bindings: Object.fromEntries(
      (version?.bindings ?? []).map((one) => [
        one.name,
        one['text'] ?? one['namespace_id'] ?? one['id'] ?? one.type,
      ]),
    ),
  };
}

/** A past: it releases `one`, whatever happens, and `two`; gives the version to go back to. */
interface Row {
  readonly what: string;
  readonly past: () => Promise<string>;
  readonly options?: object;
}

/** `as it was`: the old version itself gets the traffic. `uploaded again`: a new one with its code. */
interface Possible extends Row {
  readonly way: 'as it was' | 'uploaded again';
  readonly bound?: object;
}

interface Refused extends Row {
  readonly why: RegExp;
}

const POSSIBLE: readonly Possible[] = [
  {
    what: 'nothing but a release in between',
    past: async () => {
      const first = await release('one');
      await release('two');
      return first;
    },
    way: 'as it was',
  },
  {
    what: 'a secret rotated since',
    past: async () => {
      const first = await rotated();
      await putSecret(NEW);
      return first;
    },
    way: 'uploaded again',
    bound: { KEY: NEW, COLOUR: 'blue', CACHE: KV },
  },
  {
    what: 'a secret rotated before the bad release',
    past: async () => {
      await release('zero');
      await putSecret(OLD);
      const first = await release('one');
      await putSecret(NEW);
      await release('two');
      return first;
    },
    way: 'uploaded again',
    bound: { KEY: NEW },
  },
  {
    what: 'a secret rotated in the dashboard, which leaves no trace but a version',
    past: async () => {
      const first = await rotated();
      await project.emulator.admin.editAs({ email: 'x@example.com' }).setSecret(ACCOUNT, 'acme', 'KEY', NEW);
      return first;
    },
    way: 'uploaded again',
    bound: { KEY: NEW },
  },
  {
    what: 'a secret rotated since, and insisting on the version as it was',
    past: async () => {
      const first = await rotated();
      await putSecret(NEW);
      return first;
    },
    options: { force: true },
    way: 'as it was',
    bound: { KEY: OLD },
  },
  {
    what: 'a secret added since',
    past: async () => {
      const first = await release('one');
      await release('two');
      await putSecret(NEW);
      return first;
    },
    way: 'uploaded again',
    bound: { KEY: NEW },
  },
  {
    what: 'a variable changed and a secret rotated since: the variable is the version’s, the secret today’s',
    past: async () => {
      const first = await rotated({ vars: { TENANT: 'acme', COLOUR: 'red' } });
      await putSecret(NEW);
      return first;
    },
    way: 'uploaded again',
    bound: { KEY: NEW, COLOUR: 'blue' },
  },
  {
    what: 'the same Durable Object before and after',
    past: async () => {
      const first = await release('one', ROOM);
      await release('two', ROOM);
      return first;
    },
    way: 'as it was',
  },
  {
    what: 'its KV namespace is gone, and today another is bound under that name',
    past: async () => {
      const first = await release('one');
      await release('two', { kv_namespaces: [{ binding: 'CACHE', id: OTHER_KV }] });
      await dashboard().deleteResource(ACCOUNT, 'kv', KV);
      return first;
    },
    way: 'uploaded again',
    bound: { CACHE: OTHER_KV },
  },
  {
    what: 'more than 100 versions ago',
    past: async () => {
      const first = await release('one');
      await manyVersions();
      await release('two');
      return first;
    },
    way: 'uploaded again',
  },
  {
    what: 'a gradual step: the traffic is split',
    past: async () => {
      const first = await release('one');
      const second = await release('two');
      await deployShares([
        [first, 90],
        [second, 10],
      ]);
      return first;
    },
    way: 'as it was',
  },
  {
    what: 'assets changed since',
    past: async () => {
      await project.write('site/index.html', '<p>one</p>');
      const first = await release('one', SITE);
      await project.write('site/index.html', '<p>two</p>');
      await release('two', SITE);
      return first;
    },
    way: 'as it was',
  },
  {
    what: 'assets changed and a secret added since: the old files are still with Cloudflare',
    past: async () => {
      await project.write('site/index.html', '<p>one</p>');
      const first = await release('one', SITE);
      await project.write('site/index.html', '<p>two</p>');
      await release('two', SITE);
      await putSecret(NEW);
      return first;
    },
    way: 'uploaded again',
    bound: { KEY: NEW },
  },
];

const REFUSED: readonly Refused[] = [
  {
    what: 'a secret rotated since, and the upload is not kept',
    past: async () => {
      const first = await rotated();
      await putSecret(NEW);
      await rm(join(project.root, '.cf-deploy', 'artifacts'), { recursive: true });
      return first;
    },
    why: /secret changed since.*none is at hand/,
  },
  {
    what: 'a secret deleted since',
    past: async () => {
      const first = await rotated();
      await project.deployer.secrets.delete({ ...target, name: 'KEY' });
      return first;
    },
    why: /secret KEY, which it had, was deleted since/,
  },
  {
    what: 'a Durable Object migration since',
    past: async () => {
      const first = await release('one');
      await release('two', ROOM);
      return first;
    },
    why: /Durable Object migration v1 came after it/,
  },
  {
    what: 'a Durable Object migration and a rotated secret since',
    past: async () => {
      const first = await rotated(ROOM);
      await putSecret(NEW);
      return first;
    },
    why: /Durable Object migration v1 came after it/,
  },
  {
    what: 'its KV namespace is gone, and today nothing is bound there',
    past: async () => {
      const first = await release('one');
      await release('two', { kv_namespaces: [] });
      await dashboard().deleteResource(ACCOUNT, 'kv', KV);
      return first;
    },
    why: /what it binds is gone: CACHE \(KV namespace a+\)/,
  },
  {
    what: 'the KV namespace that both bind is gone',
    past: async () => {
      const first = await release('one');
      await release('two');
      await dashboard().deleteResource(ACCOUNT, 'kv', KV);
      return first;
    },
    why: /what it binds is gone: CACHE/,
  },
  {
    what: 'more than 100 versions ago, and the upload is not kept',
    past: async () => {
      const first = await release('one');
      await manyVersions();
      await rm(join(project.root, '.cf-deploy', 'artifacts'), { recursive: true });
      return first;
    },
    why: /not among the newest 100 versions.*none is at hand/,
  },
];

const SITE = { assets: { directory: '../../site', binding: 'ASSETS' } };
const ROOM = {
  durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Room' }] },
  migrations: [{ tag: 'v1', new_sqlite_classes: ['Room'] }],
};

const dashboard = () => project.emulator.admin.editAs({ email: 'x@example.com' });

/** One with a secret, then two. */
async function rotated(second: Readonly<Record<string, unknown>> = {}): Promise<string> {
  await release('zero');
  await putSecret(OLD);
  const first = await release('one');
  await release('two', second);
  return first;
}

async function manyVersions(): Promise<void> {
  for (let index = 0; index < 101; index += 1) {
    await dashboard().setVariable(ACCOUNT, 'acme', 'COUNT', String(index));
  }
}

async function deployShares(shares: readonly (readonly [string, number])[]): Promise<void> {
  const body = {
    strategy: 'percentage',
    versions: shares.map(([version_id, percentage]) => ({ version_id, percentage })),
  };
  const response = await project.emulator.fetch(
    new Request(
      `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts/acme/deployments?force=true`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${LOCAL_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
    ),
  );
  expect(response.status).toBe(200);
}

describe.each(POSSIBLE)('with $what', ({ past, options, way, bound = {} }) => {
  test(`the old code is live again, ${way}, as was said beforehand`, async () => {
    const first = await past();
    const before = live();
    project.clear();
    const wanted = { ...target, versionId: first, ...options };

    const plan = await project.deployer.planRollback(wanted);
    expect(project.writes()).toEqual([]);
    const result = await project.deployer.rollback(wanted);

    const again = way === 'uploaded again';
    expect(result).toMatchObject({ status: 'deployed', endState: 'live', leftovers: [], error: null });
    expect(live()).toMatchObject({ shares: [100], id: result.versionId, codeOf: versionOf(first)?.id });
    expect(live().bindings).toMatchObject(bound);
    expect(result.versionId === first).toBe(!again);
    expect(result.broughtBack).toBe(again ? first : undefined);
    expect(plan.upload).toBe(again ? 'version' : 'none');
    expect(plan.findings.some(({ code }) => code === 'uploaded-again')).toBe(again);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(result.steps.map(({ kind }) => kind));
    // The next one does not bring back what was just taken away.
    const next = await project.deployer.planRollback(target).catch(() => null);
    const left = before.codeOf === first ? 'nothing' : before.id;
    expect(String(next?.changes[0]?.desired)).not.toContain(left);
  });
});

describe.each(REFUSED)('with $what', ({ past, options, why }) => {
  test('a rollback is refused beforehand, with the reason and what to do', async () => {
    const first = await past();
    const before = live();
    project.clear();
    const wanted = { ...target, versionId: first, ...options };
    const refusal = {
      code: 'ROLLBACK_IMPOSSIBLE',
      message: expect.stringMatching(why) as string,
      hint: expect.any(String) as string,
    };

    await expect(project.deployer.planRollback(wanted)).rejects.toMatchObject(refusal);
    await expect(project.deployer.rollback(wanted)).rejects.toMatchObject(refusal);
    expect(project.writes()).toEqual([]);
    expect(live()).toEqual(before);
  });
});
