import { environmentNamed } from '../../session/target.ts';
import { ConfigError } from '../../errors.ts';
import type { World } from '../../session/world.ts';
import { askStore } from '../../session/open-store.ts';

/** How far back a release that deployed is looked for. */
const LOOK_BACK = 100;

/**
 * Names of the targets that failed in the last release of an environment.
 * @throws ConfigError USAGE when there was none
 */
export function failedOfLast(world: World, env: string | undefined): ReadonlySet<string> {
  const environment = environmentNamed(env);
  const failed = askStore(
    world,
    (store) => {
      const releases = store.releases({ environment, limit: LOOK_BACK });
      const last = releases.find(({ kind }) => kind === 'deploy');
      if (last === undefined) return null;
      return store.targets(last.id).flatMap(({ target, state }) => (state === 'failed' ? [target] : []));
    },
    null,
  );
  if (failed !== null) return new Set(failed);
  throw new ConfigError('USAGE', 'There is no release of which targets could have failed.', {
    hint: 'Leave out --failed; "cf-deploy releases" lists what is known on this machine.',
  });
}
