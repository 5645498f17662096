import type { ReadClient } from '../cloudflare/client/calls.ts';
import { countErrors, decide, type WatchVerdict } from '../health/shift.ts';
import { openTenant } from '../session/tenant-context.ts';
import type { CommandScope, World } from '../session/world.ts';
import type { Release } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { commandTarget } from './selection/fleet-target.ts';
import { placeOf } from './place-of.ts';
import type { WaveWatch } from './roll-out.ts';
import type { FleetMember } from './selection/fleet-target.ts';
import { comparedOf, waveMetrics, waveTest } from './wave-errors.ts';

/**
 * Compares the errors of a wave's new versions with those of the targets that still wait, in the same minutes. Pauses where
 * there is nobody to compare with, and where the errors are not known.
 */
export async function judgeWave(
  release: Release,
  wave: number,
  {
    world,
    scope,
    store,
    members,
    watch,
  }: {
    readonly world: World;
    readonly scope: CommandScope;
    readonly store: ReleaseStore;
    readonly members: readonly FleetMember[];
    readonly watch: WaveWatch;
  },
): Promise<WatchVerdict> {
  const scripts = new Map(members.map(({ target, facts }) => [target, facts?.script.split(' ') ?? []]));
  const compared = comparedOf(store.targets(release.id), wave, (target) => {
    const [accountId, scriptName] = scripts.get(target) ?? [];
    return accountId === undefined || scriptName === undefined ? null : { accountId, scriptName };
  });
  if (compared.candidates.length === 0) return { kind: 'go-on', message: 'nothing changed' };
  if (compared.others.length === 0) {
    return { kind: 'pause', why: 'no target that still waits could be compared with' };
  }
  const readers = new Map<string, Promise<ReadClient>>();
  const readerOf = (accountId: string): Promise<ReadClient> => {
    const member = members.find(({ facts }) => facts?.script.startsWith(`${accountId} `) === true);
    const known = readers.get(accountId);
    if (known !== undefined || member === undefined) return known ?? Promise.reject(new Error(accountId));
    const opened = openTenant(world, scope, commandTarget(member, placeOf(release))).then(
      ({ api }) => api.reader,
    );
    readers.set(accountId, opened);
    return opened;
  };
  const start = world.now();
  const counted = await countErrors(
    {
      bakeMs: watch.bakeMs,
      test: await waveTest(release, compared, readerOf),
      wish: () => (watch.isStopped() ? 'pause' : null),
      now: world.now,
      sleep: world.sleep,
      signal: world.signal,
      tell: (message) => world.emit({ type: 'notice', tenant: null, message: `the wave, ${message}` }),
    },
    waveMetrics(compared, readerOf),
    start,
  );
  return 'kind' in counted ? counted : decide(counted);
}
