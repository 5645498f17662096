import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricsOf } from '../../src/apply/metrics-of.ts';
import { testOfStep } from '../../src/health/metrics.ts';
import { METRICS_LAG_MS, watchShift, type WatchVerdict } from '../../src/health/shift.ts';
import { skippedHealth } from '../../src/health/watch.ts';
import { openTenant, type TenantContext } from '../../src/session/tenant-context.ts';
import { createScope, createWorld } from '../../src/session/world.ts';
import { startGradualWorld, type GradualWorld } from '../support/gradual-world.ts';
import { toRequest } from '../support/request.ts';

/** Releases of each kind; the judgement alone is put to 10,000 in `health/metrics.test.ts`. */
const RELEASES = 8;
const MINUTES = 3;

let world: GradualWorld;
let context: TenantContext;
let versions: { readonly old: string; readonly new: string };

/** A blue and a green version with 95 % and 5 % of ten requests a second, counted late. */
beforeAll(async () => {
  world = await startGradualWorld({
    perSecond: 10,
    seed: 20_261_127,
    emulator: { metrics: { lagMs: 90_000 } },
  });
  await world.paint('blue');
  const first = await world.project.deployer.deploy({ tenant: 'acme' });
  await world.paint('green');
  const second = await world.project.deployer.deploy({ tenant: 'acme' });
  versions = { old: String(first.versionId), new: String(second.versionId) };
  await world.split({ [versions.old]: 95, [versions.new]: 5 });
  const options = {
    root: world.project.root,
    fetch: (input: string | URL | Request, init?: RequestInit) =>
      world.project.emulator.fetch(toRequest(input, init)),
    apiToken: LOCAL_TOKEN,
    env: {},
    now: () => world.clock.now().getTime(),
    sleep: world.sleep,
  };
  const outside = createWorld(options);
  context = await openTenant(outside, createScope(outside), { tenant: 'acme' });
});

afterAll(() => world.project.close());

/** Watches one release as a step of a gradual deploy does; gives the verdict and how many seconds it took. */
async function watch(green: number): Promise<readonly [WatchVerdict['kind'], number]> {
  world.behaviours['blue'] = { failing: 0.05 };
  world.behaviours['green'] = { failing: green };
  const began = world.clock.now().getTime();
  const { kind } = await watchShift({
    bakeMs: MINUTES * 60_000,
    metrics: metricsOf(context, versions),
    test: testOfStep(0, 2),
    ask: async () => skippedHealth('not the matter here'),
    wish: () => null,
    now: () => world.clock.now().getTime(),
    sleep: world.sleep,
    tell: () => undefined,
  });
  return [kind, world.clock.now().getTime() - began];
}

test('five times the errors at 5 % of ten requests a second are caught within three minutes after the lag', async () => {
  for (let release = 0; release < RELEASES; release += 1) {
    const [kind, ms] = await watch(0.25);
    expect({ release, kind }).toEqual({ release, kind: 'take-back' });
    expect(ms).toBeLessThanOrEqual(MINUTES * 60_000 + METRICS_LAG_MS);
  }
});

test('a release as good as the version before is not taken back', async () => {
  const seen: string[] = [];
  for (let release = 0; release < RELEASES; release += 1) seen.push((await watch(0.05))[0]);
  expect(seen).not.toContain('take-back');
});
