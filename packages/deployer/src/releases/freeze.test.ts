import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { shareStore } from '../session/open-store.ts';
import type { World } from '../session/world.ts';
import { freeze, refuseFrozen, thaw } from './freeze.ts';

const NOW = Date.parse('2026-11-27T12:00:00.000Z');
const UNTIL = '2026-11-28T08:00:00.000Z';
let world: World;

beforeEach(() => {
  const storeFile = join(mkdtempSync(join(tmpdir(), 'freeze-')), 'releases.db');
  world = {
    storeFile,
    store: shareStore(storeFile),
    now: () => NOW,
    env: { GITHUB_ACTOR: 'ann' },
  } as unknown as World;
});

const refusal = (...environments: Parameters<typeof refuseFrozen>[1]): unknown => {
  try {
    return refuseFrozen(world, environments);
  } catch (error) {
    return error;
  }
};

test('a frozen environment is refused with who, until when and why, under all its names', async () => {
  expect(await freeze(world, { env: 'production', until: UNTIL, why: 'a fair' })).toEqual({
    environment: 'production',
    until: UNTIL,
    why: 'a fair',
    changed: true,
  });
  const refused = {
    code: 'FROZEN',
    message: 'Deploys to production are frozen by ann until 2026-11-28T08:00:00.000Z: a fair',
    hint: 'Wait, or lift it with cf-deploy freeze --lift. Rollbacks are not frozen.',
    details: { environment: 'production', until: UNTIL, why: 'a fair', by: 'ann' },
  };
  expect(refusal('production')).toMatchObject(refused);
  expect(refusal('staging', 'prod')).toMatchObject(refused);
  expect(refusal('staging')).toBeUndefined();
  expect(refusal(null, undefined, '')).toBeUndefined();
});

test('the top level is an environment too', async () => {
  await freeze(world, { env: '', until: UNTIL, why: 'a fair' });
  for (const name of [null, undefined, '']) {
    expect(refusal(name)).toMatchObject({
      message: expect.stringContaining('Deploys to the top level are frozen') as string,
    });
  }
  expect(refusal('staging')).toBeUndefined();
});

test('lifting one lifts it under all its names, and says whether there was one', async () => {
  await freeze(world, { env: 'production', until: UNTIL, why: 'a fair' });
  const lifted = { environment: 'prod', until: null, why: null };
  expect(await thaw(world, { env: 'prod' })).toEqual({ ...lifted, changed: true });
  expect(refusal('production')).toBeUndefined();
  expect(await thaw(world, { env: 'prod' })).toEqual({ ...lifted, changed: false });
});

test('a freeze ends by itself', async () => {
  await freeze(world, { env: 'staging', until: new Date(NOW + 1).toISOString(), why: 'short' });
  expect(refusal('staging')).toMatchObject({ code: 'FROZEN' });
  world = { ...world, now: () => NOW + 1 };
  expect(refusal('staging')).toBeUndefined();
});

test.each([
  ['whenever', 'why', '"whenever" is no time to come.', 'Write it as 2027-01-02T08:00:00Z.'],
  [
    new Date(NOW).toISOString(),
    'why',
    '"2026-11-27T12:00:00.000Z" is no time to come.',
    'Write it as 2027-01-02T08:00:00Z.',
  ],
  [UNTIL, ' ', 'A freeze needs a reason.', 'Whoever is stopped reads it.'],
])('a freeze until %j because of %j is refused', (until, why, message, hint) => {
  expect(() => freeze(world, { env: 'staging', until, why })).toThrow(
    expect.objectContaining({ code: 'USAGE', message, hint }) as Error,
  );
});
