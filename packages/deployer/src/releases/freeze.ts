import { ConfigError, DeployError } from '../errors.ts';
import { sameEnvironment } from '../resolve/environments.ts';
import { whoRuns } from '../session/who-runs.ts';
import type { World } from '../session/world.ts';
import { askStore, withStore } from '../session/open-store.ts';

/** A freeze as it is kept. */
export interface FreezeResult {
  readonly environment: string;
  /** ISO 8601; null: lifted. */
  readonly until: string | null;
  readonly why: string | null;
  /** Of a lift: whether there was one. */
  readonly changed: boolean;
}

/**
 * Refuses a deploy to a frozen environment.
 * @param environments what it is called: as it was asked for, and as the file names it
 * @throws DeployError FROZEN, with until when and why
 */
export function refuseFrozen(world: World, environments: readonly (string | null | undefined)[]): void {
  const names = [...new Set(environments.map((name) => name ?? '').flatMap(sameEnvironment))];
  const now = world.now();
  const found = askStore(
    world,
    (store) => names.map((name) => store.frozen(name, now)).find((one) => one !== null) ?? null,
    null,
  );
  if (found === null) return;
  const { environment, until, why, by } = found;
  const name = environment === '' ? 'the top level' : environment;
  const who = by === null ? '' : ` by ${by}`;
  throw new DeployError(
    'FROZEN',
    `Deploys to ${name} are frozen${who} until ${new Date(until).toISOString()}: ${why}`,
    {
      hint: 'Wait, or lift it with cf-deploy freeze --lift. Rollbacks are not frozen.',
      details: { environment, until: new Date(until).toISOString(), why, by },
    },
  );
}

/** Freezes an environment. @throws ConfigError USAGE for a time that is none, or past, and without a reason */
export function freeze(
  world: World,
  options: { readonly env: string; readonly until: string; readonly why: string },
): Promise<FreezeResult> {
  const { env: environment, why } = options;
  const until = Date.parse(options.until);
  if (!Number.isFinite(until) || until <= world.now()) {
    throw new ConfigError('USAGE', `${JSON.stringify(options.until.slice(0, 64))} is no time to come.`, {
      hint: 'Write it as 2027-01-02T08:00:00Z.',
    });
  }
  if (why.trim() === '') {
    throw new ConfigError('USAGE', 'A freeze needs a reason.', { hint: 'Whoever is stopped reads it.' });
  }
  return withStore(world, async (store) => {
    store.freeze({ environment, until, why, by: whoRuns(world.env) });
    return { environment, until: new Date(until).toISOString(), why, changed: true };
  });
}

/** Lifts a freeze. */
export function thaw(world: World, { env }: { readonly env: string }): Promise<FreezeResult> {
  return withStore(world, async (store) => ({
    environment: env,
    until: null,
    why: null,
    changed: sameEnvironment(env)
      .map((name) => store.thaw(name))
      .includes(true),
  }));
}
