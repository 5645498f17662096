import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { shareStore } from '../session/open-store.ts';
import type { World } from '../session/world.ts';
import type { Release, ReleaseStatus } from '../store/release.ts';
import type { NewTarget, ReleaseStore } from '../store/release-store.ts';
import { listReleases, resume, rollbackRelease, showRelease, stopRelease } from './manage.ts';
import { failedOfLast } from './selection/failed-of-last.ts';
import { makeRelease } from '../../test/support/release.ts';

let root: string;
let world: World;
let store: ReleaseStore;
let alive: boolean;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'manage-')));
  const storeFile = join(root, 'releases.db');
  const shared = shareStore(storeFile);
  alive = false;
  world = {
    rootDir: root,
    storeFile,
    store: shared,
    now: () => 9,
    env: {},
    runner: { name: 'me', isAlive: () => alive },
    records: { forMany: () => null },
  } as unknown as World;
  store = shared.hold();
});

const target = (name: string, state: NewTarget['state'] = 'waiting'): NewTarget => ({
  target: name,
  tenant: name,
  worker: null,
  wave: 0,
  previousVersionId: null,
  versionId: null,
  endState: null,
  state,
});

function create(fields: Partial<Release> = {}, targets: readonly NewTarget[] = [target('a')]): void {
  store.create(makeRelease({ status: 'paused', root, ...fields }), targets);
}

const SHOW = '"cf-deploy release show r1" tells where it stands.';

describe('releases are listed', () => {
  test('newest first, of all environments or of one, as many as are asked for', () => {
    create({ id: 'old', createdAt: 1, environment: 'staging' });
    create({ id: 'top', createdAt: 2 });
    create({ id: 'new', createdAt: 3, environment: 'staging' });
    const ids = (options: Parameters<typeof listReleases>[1]): readonly string[] =>
      listReleases(world, options).map(({ id }) => id);
    expect(ids({})).toEqual(['new', 'top', 'old']);
    expect(ids({ env: '' })).toEqual(['top']);
    expect(ids({ env: 'staging' })).toEqual(['new', 'old']);
    expect(ids({ limit: 1 })).toEqual(['new']);
    expect(listReleases(world, {})[0]?.targets).toEqual({ waiting: 1 });
  });

  test('twenty where nobody says how many, and none where there is no store', () => {
    for (let number = 0; number < 22; number += 1) create({ id: `r${number}`, createdAt: number });
    expect(listReleases(world, {})).toHaveLength(20);
    expect(listReleases({ ...world, storeFile: join(root, 'none.db') }, {})).toEqual([]);
  });

  test('and shown one by one', async () => {
    create({ status: 'running', runner: 'gone' });
    expect(await showRelease(world, 'r1')).toMatchObject({
      status: 'interrupted',
      members: [{ target: 'a' }],
    });
    await expect(showRelease(world, 'r2')).rejects.toMatchObject({
      code: 'RELEASE_UNKNOWN',
      hint: '"cf-deploy releases" lists those known on this machine.',
    });
  });
});

describe('a release is stopped', () => {
  const rows = (['running', 'paused', 'failed', 'done', 'aborted', 'taken-back'] as const).flatMap((from) =>
    (['paused', 'aborted'] as const).map((to) => [from, to] as const),
  );
  const allowed = (from: ReleaseStatus, to: string): boolean =>
    from === 'running' || (to === 'aborted' && (from === 'paused' || from === 'failed'));

  test.each(rows.filter((row) => allowed(...row)))('from %s to be %s', async (status, to) => {
    create({ status });
    expect(await stopRelease(world, 'r1', to)).toMatchObject({
      status: to,
      why: to === 'paused' ? 'somebody paused it' : 'somebody ended it',
      targets: { [to === 'paused' ? 'waiting' : 'skipped']: 1 },
    });
  });

  test.each(rows.filter((row) => !allowed(...row)))('but not from %s to be %s', async (status, to) => {
    create({ status });
    await expect(stopRelease(world, 'r1', to)).rejects.toMatchObject({
      code: 'USAGE',
      message: `Release r1 is ${status}; it cannot be ${to}.`,
      hint: SHOW,
    });
    expect(store.targets('r1')[0]?.state).toBe('waiting');
  });
});

describe('a release is not gone on with', () => {
  const refused = (options: Parameters<typeof resume>[1]) =>
    resume(world, options).then(
      () => null,
      ({ code, message, hint, details }) => ({ code, message, hint, details }),
    );

  test('where it is elsewhere', async () => {
    create({ root: '/other' });
    const elsewhere = {
      code: 'RELEASE_ELSEWHERE',
      message: `Release r1 was begun in /other, and this is ${root}.`,
      hint: 'Go on there: the files here may be others than those it was begun with.',
      details: { root: '/other', here: root },
    };
    expect(await refused({ id: 'r1' })).toEqual(elsewhere);
    await expect(rollbackRelease(world, { id: 'r1' })).rejects.toMatchObject(elsewhere);
    expect(store.release('r1')?.status).toBe('paused');
  });

  test('while somebody goes through it', async () => {
    create({ status: 'running', runner: 'host:1:2' });
    alive = true;
    const taken = {
      code: 'RELEASE_ELSEWHERE',
      message: 'Release r1 is being run by process host:1:2.',
      hint: 'Wait for it, or stop it with cf-deploy release pause r1.',
      details: { runner: 'host:1:2' },
    };
    expect(await refused({ id: 'r1' })).toEqual(taken);
    await expect(rollbackRelease(world, { id: 'r1' })).rejects.toMatchObject(taken);
  });

  test.each(['done', 'aborted', 'taken-back'] as const)('that is %s', async (status) => {
    create({ status });
    expect(await refused({ id: 'r1' })).toEqual({
      code: 'USAGE',
      message: `Release r1 is ${status}: nothing is left of it.`,
      hint: 'Begin a new one with cf-deploy deploy --all.',
      details: {},
    });
    expect(await refused({})).toMatchObject({ code: 'RELEASE_UNKNOWN' });
  });

  test('that took another one back', async () => {
    create({ kind: 'rollback', of: 'r0' });
    expect(await refused({ id: 'r1' })).toMatchObject({
      code: 'USAGE',
      message: 'Release r1 took another one back; it is not resumed.',
      hint: 'Repeat cf-deploy rollback --release=r0: it does what is left.',
    });
    expect(await refused({})).toMatchObject({
      code: 'RELEASE_UNKNOWN',
      message: 'There is no unfinished release.',
      hint: '"cf-deploy releases" lists those known on this machine.',
    });
  });

  test('in a frozen environment', async () => {
    create({ environment: 'staging', status: 'failed' });
    store.freeze({ environment: 'staging', until: 99, why: 'a fair', by: null });
    expect(await refused({ env: 'staging' })).toMatchObject({ code: 'FROZEN' });
    expect(await refused({ env: '' })).toMatchObject({ code: 'RELEASE_UNKNOWN' });
    expect(store.release('r1')).toMatchObject({ status: 'failed', runner: null });
  });

  test('that somebody else just took', async () => {
    create({ runner: 'gone' });
    const race = {
      ...world,
      runner: {
        name: 'me',
        isAlive: () => {
          store.take('r1', { from: ['paused'], runner: 'quicker', was: 'gone' });
          return false;
        },
      },
    } as World;
    await expect(resume(race, { id: 'r1' })).rejects.toMatchObject({
      code: 'RELEASE_ELSEWHERE',
      message: 'Somebody else just took release r1.',
      hint: SHOW,
    });
  });
});

describe('the targets that failed last', () => {
  const failed = (env?: string): unknown => {
    try {
      return [...failedOfLast(world, env)];
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };

  test('are those of the newest release that deployed to the environment', () => {
    create({ id: 'older', createdAt: 1 }, [target('x')]);
    create({ id: 'newer', createdAt: 2 }, [target('a'), target('b'), target('c', 'done')]);
    create({ id: 'back', createdAt: 3, kind: 'rollback' }, [target('y')]);
    create({ id: 'other', createdAt: 4, environment: 'staging' }, [target('z')]);
    for (const [id, name] of [
      ['older', 'x'],
      ['newer', 'b'],
      ['back', 'y'],
      ['other', 'z'],
    ] as const) {
      store.claim(id, name, 'me', 0);
      store.settle(id, name, { state: 'failed', outcome: null, now: 0 });
    }
    expect([failed(), failed(''), failed('staging')]).toEqual([['b'], ['b'], ['z']]);
  });

  test('are none where none failed, and an error where nothing was released', () => {
    create();
    expect([failed(), failed('staging')]).toEqual([[], 'USAGE']);
    world = { ...world, storeFile: join(root, 'none.db') };
    expect(failed()).toBe('USAGE');
  });
});
