import { expect, test } from 'vitest';
import { ACTS } from './acts.ts';
import type { Order } from './run.ts';
import { SCENES } from './scenes.ts';
import { explore, setScene, tryOrder, type Finding } from './sweep.ts';

const LAG_MS = 2_000;

/** What was untrue, with the calls it came from. */
function shown({ order, wrong, told }: Finding) {
  const { status, endState, leftovers, error } = told.executed;
  const calls = told.events.map(({ what, name, failed }) => `${what} ${name}${failed ? ' failed' : ''}`);
  return { order, wrong, said: { status, endState, leftovers, error: error?.message ?? null }, calls };
}

test.each(SCENES)('$name: where nothing comes between, all of it is done, or found sick', async (scene) => {
  const { told } = await tryOrder(await setScene(scene, 0), { act: null, faults: [] });
  const { status, error } = told.executed;
  expect({ isDeployed: status === 'deployed', error: error?.code ?? null }).toEqual({
    isDeployed: !scene.sick,
    error: scene.sick ? 'HEALTH_FAILED' : null,
  });
});

test.each(SCENES)('$name: whatever somebody does before any call, the report is true', async (scene) => {
  const wrong: object[] = [];
  for (const lagMs of [0, LAG_MS]) {
    const set = await setScene(scene, lagMs);
    const tried = await explore(set, { acts: true, faults: 0 }, (finding) => wrong.push(shown(finding)));
    expect(tried).toBeGreaterThan(3 * Object.keys(ACTS).length);
  }
  expect(wrong).toEqual([]);
});

test.each(SCENES)('$name: whichever call fails, the report is true', async (scene) => {
  const wrong: object[] = [];
  const set = await setScene(scene, 0);
  await explore(set, { acts: false, faults: 1 }, (finding) => wrong.push(shown(finding)));
  expect(wrong).toEqual([]);
});

/** Orders of several events in which something was said that was not so. */
const WENT_WRONG: readonly (readonly [scene: string, order: Order, lagMs: number])[] = [
  [
    'the end of a split and triggers',
    { act: { kind: 'edits a variable', at: 1 }, faults: [{ kind: 'refused', at: 4 }] },
    0,
  ],
  [
    'the end of a split',
    { act: { kind: 'switches workers.dev off', at: 0 }, faults: [{ kind: 'lost before', at: 7 }] },
    0,
  ],
  [
    'the end of a split',
    { act: { kind: 'deploys other code and triggers', at: 6 }, faults: [{ kind: 'lost before', at: 3 }] },
    0,
  ],
  [
    'new code',
    { act: { kind: 'deploys other code and triggers', at: 7 }, faults: [{ kind: 'lost before', at: 4 }] },
    0,
  ],
  [
    'first deploy',
    { act: { kind: 'deploys other code and triggers', at: 7 }, faults: [{ kind: 'lost after', at: 4 }] },
    0,
  ],
  [
    'sick code and triggers',
    { act: { kind: 'deploys other code and triggers', at: 13 }, faults: [{ kind: 'lost after', at: 13 }] },
    0,
  ],
  [
    'the end of a split',
    { act: { kind: 'deploys other code and triggers', at: 0 }, faults: [{ kind: 'lost after', at: 12 }] },
    LAG_MS,
  ],
  [
    'the end of a split and triggers',
    { act: { kind: 'deploys other code and triggers', at: 4 }, faults: [{ kind: 'lost after', at: 6 }] },
    LAG_MS,
  ],
  [
    'first deploy of sick code',
    {
      act: { kind: 'edits a variable', at: 3 },
      faults: [
        { kind: 'lost after', at: 3 },
        { kind: 'lost before', at: 4 },
      ],
    },
    0,
  ],
];

test.each(WENT_WRONG)('%s, in an order that once was told wrong: %j', async (name, order, lagMs) => {
  const scene = SCENES.find((one) => one.name === name);
  if (scene === undefined) throw new Error(`there is no scene ${name}`);
  const { finding } = await tryOrder(await setScene(scene, lagMs), order);
  expect(finding === null ? null : shown(finding)).toBeNull();
});
