import { LOCAL_TOKEN, PERMISSIONS } from '@cf-deploy/emulator';
import { afterEach, expect, test } from 'vitest';
import { startGradualWorld, type GradualWorld } from '../support/gradual-world.ts';
import { ACCOUNT } from '../support/project.ts';

const TENANTS = ['acme', 'beta', 'gamma'];
const RELEASE = { canary: 1, bakeSeconds: 300, metrics: 'required' } as const;
const WITHOUT_ANALYTICS = Object.values(PERMISSIONS).filter((name) => !name.includes('Analytics'));

let world: GradualWorld;

afterEach(() => world.project.close());

/** Colours that are live, by tenant. */
function colours(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    world.project.emulator.admin.scripts(ACCOUNT).map(({ name, deployments, versions }) => {
      const live = versions.find(({ id }) => id === deployments[0]?.versions[0]?.versionId);
      return [name, live?.bindings.find((binding) => binding.name === 'COLOUR')?.['text']];
    }),
  );
}

test.each<[string, number, readonly string[] | null, object, number]>([
  ['no worse than what waits go on', 0.01, null, { status: 'done' }, 3],
  [
    'clearly worse stop the release, and every later target keeps what it has',
    0.4,
    null,
    { status: 'failed', why: expect.stringContaining('fail') as unknown },
    1,
  ],
  [
    'not known pause it, and the permission that is missing is named',
    0.4,
    WITHOUT_ANALYTICS,
    { status: 'paused', why: expect.stringContaining('Account Analytics Read') as unknown },
    1,
  ],
])('while a wave is watched, errors that are %s', async (_name, failing, permissions, release, changed) => {
  world = await startGradualWorld({
    perSecond: 4,
    tenants: TENANTS,
    ...(permissions === null
      ? {}
      : { emulator: { tokens: [{ value: LOCAL_TOKEN, permissions: [...permissions] }] } }),
  });
  world.behaviours['blue'] = { failing: 0.01 };
  world.behaviours['green'] = { failing };
  await world.paint('blue');
  await world.project.deployer.deployAll({});
  // What is usual is told by the time before.
  await world.sleep(200_000);
  await world.paint('green');

  const run = await world.project.deployer.deployAll(RELEASE);

  expect(run.release).toMatchObject(release);
  expect(Object.values(colours()).filter((colour) => colour === 'green')).toHaveLength(changed);
});
