import { createVirtualClock } from '@cf-deploy/emulator';
import { expect, test } from 'vitest';
import { ACCOUNT, startProject, wranglerFile } from '../support/project.ts';

/** Calls that the token of the test may send in five minutes; Cloudflare's limit is 1,200. */
const LIMIT = 20;
const WINDOW_MS = 300_000;
const TENANTS = Array.from({ length: 12 }, (_, index) => `t${index}`);

/** `npm run bench:fleet-clock` does the same with thousands of targets and the real limit. */
test('a whole fleet goes at the pace that the limit of its token allows, and is never blocked', async () => {
  const clock = createVirtualClock('2026-11-27T00:00:00.000Z');
  const project = await startProject({
    tenants: TENANTS,
    tenantConfig: { healthCheck: false },
    emulator: { runtime: 'double', clock, rateLimit: { limit: LIMIT } },
    deployer: { now: () => clock.now().getTime(), sleep: async (ms) => clock.advance(ms) },
  });
  await project.deployer.deployAll({});
  for (const tenant of TENANTS) {
    await project.write(`tenants/${tenant}/wrangler.json`, wranglerFile(tenant, { vars: { COLOUR: 'red' } }));
  }
  // What the first deploys used of the limit is theirs.
  clock.advance(WINDOW_MS);
  project.clear();
  project.emulator.admin.journal.clear();
  const began = clock.now().getTime();

  const run = await project.deployer.deployAll({});

  expect(run.summary).toEqual({ deployed: 12 });
  // Three each, and the two lists, which are read again after each wait.
  expect(run.calls).toBeLessThanOrEqual(3 * 12 + 2 * 3);
  expect(clock.now().getTime() - began).toBeLessThanOrEqual(1.1 * (run.calls / LIMIT) * WINDOW_MS);
  const refused = project.emulator.admin.journal.requests().filter(({ status }) => status === 429);
  expect(refused).toEqual([]);
  expect(project.calls.every(({ path }) => path.startsWith(`/accounts/${ACCOUNT}`))).toBe(true);
  await project.close();
}, 60_000);
