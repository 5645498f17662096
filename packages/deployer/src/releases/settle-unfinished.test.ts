import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markedBy } from '../../test/support/live.ts';
import { NO_GIT } from '../../test/support/no-git.ts';
import { makeRelease } from '../../test/support/release.ts';
import { createScope, createWorld } from '../session/world.ts';
import type { ReleaseTarget } from '../store/release.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { settleUnfinished } from './settle-unfinished.ts';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const ACCOUNT = '0123456789abcdef0123456789abcdef';
const RELEASE = makeRelease({ status: 'aborted' });

/** What became of a target `acme` that was left in a state, in an account whose live version is the given one. */
async function settled(options: {
  readonly before: string | null;
  readonly live: string | null;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly state?: 'running' | 'waiting';
}): Promise<{ readonly target: ReleaseTarget | undefined; readonly calls: number }> {
  const { before, live, annotations = {}, state = 'running' } = options;
  const root = mkdtempSync(join(tmpdir(), 'settle-'));
  mkdirSync(join(root, 'tenants/acme'), { recursive: true });
  const file = { name: 'acme', account_id: ACCOUNT, main: 'index.js', compatibility_date: '2026-02-01' };
  writeFileSync(join(root, 'tenants/acme/wrangler.json'), JSON.stringify(file));
  writeFileSync(join(root, 'tenants/acme/index.js'), 'export default {};');
  const tenant = { tenantId: 'acme', accountId: ACCOUNT, healthCheck: false };
  writeFileSync(join(root, 'tenants/acme/tenant.config.json'), JSON.stringify(tenant));
  let calls = 0;
  const deployments = [
    {
      id: 'd1',
      source: 'api',
      created_on: '2026-02-01T00:00:00Z',
      versions: [{ version_id: live, percentage: 100 }],
    },
  ];
  const world = createWorld({
    root,
    apiToken: 'a-token-of-this-test-0123456789',
    env: {},
    git: NO_GIT,
    now: () => NOW,
    fetch: async (input) => {
      calls += 1;
      const isList = new URL(String(input instanceof Request ? input.url : input)).pathname.endsWith(
        '/deployments',
      );
      const result = isList
        ? { deployments: live === null ? [] : deployments }
        : {
            id: live,
            number: 2,
            metadata: { created_on: '2026-02-01T00:00:00Z' },
            annotations,
            resources: { bindings: [] },
          };
      return Response.json({ success: true, errors: [], messages: [], result });
    },
  });
  const store = openSqliteStore(join(root, 'releases.db'));
  store.create(RELEASE, [
    {
      target: 'acme',
      tenant: 'acme',
      worker: null,
      wave: 0,
      previousVersionId: before,
      versionId: null,
      endState: null,
      state: 'waiting',
    },
  ]);
  if (state === 'running') store.claim('r1', 'acme', 'dead', 0);
  await settleUnfinished({ world, scope: createScope(world), store }, RELEASE);
  const [target] = store.targets('r1');
  store.close();
  return { target, calls };
}

const OURS = markedBy('r');

test('a target that was under way and runs a new version of ours may be taken back', async () => {
  const { target, calls } = await settled({ before: 'v1', live: 'v2', annotations: OURS });
  expect(target).toMatchObject({
    state: 'failed',
    endState: 'unknown',
    previousVersionId: 'v1',
    versionId: 'v2',
    finishedAt: NOW,
    error: { code: 'ABORTED', message: 'It was under way when its run died.' },
  });
  expect(calls).toBe(2);
});

test.each([
  ['runs what it ran before', { before: 'v1', live: 'v1', annotations: OURS }, 1],
  ['runs what somebody else made', { before: 'v1', live: 'v2' }, 2],
  ['runs nothing', { before: 'v1', live: null }, 1],
  ['never said what it ran before', { before: null, live: 'v2', annotations: OURS }, 1],
])('one that was under way and %s was not touched', async (_what, options, expected) => {
  const { target, calls } = await settled(options);
  expect(target).toMatchObject({ state: 'failed', endState: 'untouched', versionId: null });
  expect(target?.previousVersionId).toBe(options.before);
  expect(calls).toBe(expected);
});

test('one that nobody began is left as it is, and not asked about', async () => {
  const { target, calls } = await settled({ before: 'v1', live: 'v2', annotations: OURS, state: 'waiting' });
  expect([target?.state, target?.endState, calls]).toEqual(['waiting', null, 0]);
});
