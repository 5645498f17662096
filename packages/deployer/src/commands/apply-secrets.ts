import { randomBytes } from 'node:crypto';
import { LIST_LAG_MS } from '../apply/lag.ts';
import { beginJournal, type RunJournal, type Written } from '../apply/journal.ts';
import { mayHaveHappened } from '../cloudflare/client/api-error.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import { listSecrets, patchSecrets } from '../cloudflare/secrets.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import { listNewestVersions } from '../cloudflare/versions.ts';
import type { EndState } from '../end-state.ts';
import { asDeployError, DeployError } from '../errors.ts';
import { skippedHealth } from '../health/watch.ts';
import { largestShare } from '../sections/live.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { Secret } from '../security/secret.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { liveDeployment, type SecretChanges, type SecretsPlan } from './plan-secrets.ts';

/** What became of a change of secrets. */
export interface SecretsChanged {
  /** Names that exist now: as read, or as they must be where reading failed after a good write. */
  readonly names: readonly string[];
  readonly endState: EndState;
  readonly record: string | null;
  readonly recordError: string | null;
}

/**
 * Carries the plan out in one call: one new version, live at once. With a record, and without sending a lost call again
 * before looking whether it arrived: each arrival is a version.
 *
 * @param changes the values of what was planned
 * @throws DeployError what the API said; the record tells what was found then
 */
export async function applySecrets(
  context: TenantContext,
  plan: SecretsPlan,
  changes: SecretChanges,
): Promise<SecretsChanged> {
  const { worker } = context;
  const { live } = plan;
  const { journal, finish } = await begin(context, plan);
  try {
    await send(context, changes, live);
  } catch (error) {
    const shown = asDeployError(error);
    await finish({ endState: await stateAfterFailure(context, live), error: shown, versionId: null });
    throw error;
  }
  const { listed, after } = await readBack(context, changes, live);
  const endState = await stateAfterSuccess(context, live, after);
  const refused = notChanged(worker, { changes, listed, endState });
  if (refused !== null) {
    await finish({ endState, error: refused, versionId: null });
    throw refused;
  }
  const { recordError } = await finish({ endState, error: null, versionId: largestShare(after) });
  return { names: listed ?? expected(plan.before, changes), endState, record: journal.path, recordError };
}

/** Sends it; again only when it is known not to have arrived. */
async function send(
  { worker, world, api, recovery }: TenantContext,
  changes: SecretChanges,
  active: Deployment | null,
): Promise<void> {
  try {
    await patchSecrets(api.writer, worker, changes);
  } catch (error) {
    if (!mayHaveHappened(error)) throw error;
    await world.sleep(LIST_LAG_MS, world.signal);
    if (await hasArrived(recovery.reader, worker, { changes, active })) return;
    // Without versions nothing tells whether it arrived; there, setting the same again changes nothing.
    await patchSecrets(api.writer, worker, changes).catch(async (again: Error) => {
      if (mayHaveHappened(again) && (await hasArrived(recovery.reader, worker, { changes, active }))) return;
      throw again;
    });
  }
}

/** Whether a version was made since, and the names are as wanted. */
async function hasArrived(
  reader: ReadClient,
  worker: ResolvedWorker,
  { changes, active }: { readonly changes: SecretChanges; readonly active: Deployment | null },
): Promise<boolean> {
  // One after the other: a read that fails must leave none under way.
  const now = await liveDeployment(reader, worker);
  const names = await listSecrets(reader, worker);
  const asWanted = Object.entries(changes).every(
    ([name, secret]) => names?.includes(name) === (secret !== null),
  );
  return asWanted && now !== null && now.id !== active?.id;
}

interface ReadBack {
  /** Names of the secrets; null when they could not be read, which takes nothing from a good write. */
  readonly listed: readonly string[] | null;
  readonly after: Deployment | null;
}

/** What is there after a good write; a second look where it does not show, because lists can be behind. */
async function readBack(
  { worker, world, recovery }: TenantContext,
  changes: SecretChanges,
  before: Deployment | null,
): Promise<ReadBack> {
  const look = async (): Promise<ReadBack> => {
    const [listed, after] = await Promise.all([
      listSecrets(recovery.reader, worker).catch(() => null),
      liveDeployment(recovery.reader, worker).catch(() => null),
    ]);
    return { listed, after };
  };
  const first = await look();
  const moved = worker.dispatchNamespace !== null || first.after === null || first.after.id !== before?.id;
  if (moved && otherThan(changes, first.listed) === undefined) return first;
  await world.sleep(LIST_LAG_MS, world.signal);
  return look();
}

/** A changed name that the list does not show as wanted. */
function otherThan(
  changes: SecretChanges,
  listed: readonly string[] | null,
): readonly [name: string, secret: Secret | null] | undefined {
  return Object.entries(changes).find(
    ([name, secret]) => listed !== null && listed.includes(name) !== (secret !== null),
  );
}

/** Changed secrets are a new version, which is live as far as the deployments say so. */
async function stateAfterSuccess(
  { worker, recovery }: TenantContext,
  before: Deployment | null,
  after: Deployment | null,
): Promise<EndState> {
  if (worker.dispatchNamespace !== null) return 'live';
  if (after === null) return 'unknown';
  if (after.id !== before?.id) return 'live';
  try {
    const [newest] = await listNewestVersions(recovery.reader, worker.scriptName);
    const isLive = before.versions.some(({ versionId }) => versionId === newest?.id);
    return isLive ? 'untouched' : 'uploaded';
  } catch {
    return 'unknown';
  }
}

/** The error of a write that was said to be good, when what is there says otherwise; null when it does not. */
function notChanged(
  worker: ResolvedWorker,
  read: {
    readonly changes: SecretChanges;
    readonly listed: readonly string[] | null;
    readonly endState: EndState;
  },
): DeployError | null {
  const { changes, listed, endState } = read;
  const other = otherThan(changes, listed);
  if (other === undefined && endState !== 'untouched' && endState !== 'uploaded') return null;
  const found =
    other === undefined
      ? 'the live version is the one before'
      : `${other[0]} is ${other[1] === null ? 'still' : 'not'} among its secrets`;
  return new DeployError(
    'DEPLOY_INCOMPLETE',
    `Cloudflare took the secrets of ${worker.scriptName}, but ${found}.`,
    { hint: 'Look with cf-deploy secrets list and cf-deploy versions, then repeat the command.' },
  );
}

async function stateAfterFailure(
  { worker, recovery }: TenantContext,
  active: Deployment | null,
): Promise<EndState> {
  if (worker.dispatchNamespace !== null) return 'unknown';
  try {
    return (await liveDeployment(recovery.reader, worker))?.id === active?.id ? 'untouched' : 'unknown';
  } catch {
    return 'unknown';
  }
}

interface Ended {
  readonly endState: EndState;
  readonly error: DeployError | null;
  readonly versionId: string | null;
}

/** The record, begun; and how it ends. */
async function begin(
  context: TenantContext,
  plan: SecretsPlan,
): Promise<{ readonly journal: RunJournal; readonly finish: (ended: Ended) => Promise<Written> }> {
  const { world, calls } = context;
  const startedAt = world.now();
  const steps = (status: string) => plan.steps.map((step) => ({ ...step, status }));
  const journal = await beginJournal(context, {
    kind: 'secrets',
    run: randomBytes(6).toString('hex'),
    startedAt,
    url: null,
    commit: await context.scope.commit(),
    artifact: null,
    unversioned: null,
    message: undefined,
    previousVersionId: largestShare(plan.live),
    changes: plan.changes,
    steps: steps('planned'),
  });
  return {
    journal,
    finish: ({ endState, error, versionId }) =>
      journal.finish({
        status: error === null ? 'deployed' : 'failed',
        endState,
        versionId,
        steps: steps(error === null ? 'done' : 'failed'),
        leftovers: [],
        health: skippedHealth('a changed secret is not asked for'),
        gradual: null,
        calls: calls(),
        durationMs: world.now() - startedAt,
        error: error?.toJSON() ?? null,
      }),
  };
}

function expected(before: readonly string[], changes: SecretChanges): readonly string[] {
  const kept = before.filter((name) => changes[name] !== null);
  const set = Object.entries(changes).flatMap(([name, secret]) => (secret === null ? [] : [name]));
  return [...new Set([...kept, ...set])];
}
