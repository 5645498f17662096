import { randomBytes } from 'node:crypto';
import { LIST_LAG_MS } from '../apply/lag.ts';
import { beginJournal, type RunJournal } from '../apply/journal.ts';
import { mayHaveHappened } from '../cloudflare/client/api-error.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import { listDeployments } from '../cloudflare/deployments.ts';
import { listSecrets, patchSecrets } from '../cloudflare/secrets.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import type { DeployResult } from '../apply/result.ts';
import type { EndState } from '../end-state.ts';
import { DeployError } from '../errors.ts';
import { skippedHealth } from '../health/watch.ts';
import { changeKind, changePath } from '../sections/change.ts';
import { largestShare } from '../sections/live.ts';
import type { ReportedChange } from '../sections/meaning.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { Secret } from '../security/secret.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/** New values by name; null deletes. */
export type SecretChanges = Readonly<Record<string, Secret | null>>;

/** What became of a change of secrets. */
export interface SecretsChanged {
  /** Names that exist now: as read, or as they must be where reading failed after a good write. */
  readonly names: readonly string[];
  readonly endState: EndState;
  readonly record: string | null;
  readonly recordError: string | null;
}

/**
 * Changes secrets in one call: one new version, live at once. With a record, and without sending a lost call again before
 * looking whether it arrived: each arrival is a version.
 *
 * @param before names that exist
 * @throws DeployError what the API said; the record tells what was found then
 */
export async function changeSecrets(
  context: TenantContext,
  changes: SecretChanges,
  before: readonly string[],
): Promise<SecretsChanged> {
  const { worker, world, api, recovery } = context;
  const startedAt = world.now();
  const active = await activeDeployment(api.reader, worker);
  const journal = await begin(context, { changes, before, active, startedAt });
  const finish = (ended: Ended): Promise<DeployResult> =>
    finishRecord(context, journal, { ...ended, active, startedAt });
  try {
    await send(context, changes, active);
  } catch (error) {
    const endState = await stateAfterFailure(context, active);
    const shown = error instanceof DeployError ? error : new DeployError('INTERNAL', String(error));
    await finish({ status: 'failed', endState, error: shown, versionId: null });
    throw error;
  }
  // The write was good; a list that fails after it takes nothing away.
  const [listed, after] = await Promise.all([
    listSecrets(recovery.reader, worker).catch(() => null),
    activeDeployment(recovery.reader, worker).catch(() => null),
  ]);
  const endState = stateAfterSuccess(worker, active, after);
  const { record, recordError } = await finish({
    status: 'deployed',
    endState,
    error: null,
    versionId: largestShare(after),
  });
  return { names: listed ?? expected(before, changes), endState, record, recordError };
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
  const now = await activeDeployment(reader, worker);
  const names = await listSecrets(reader, worker);
  const asWanted = Object.entries(changes).every(
    ([name, secret]) => names?.includes(name) === (secret !== null),
  );
  return asWanted && now !== null && now.id !== active?.id;
}

/** Changed secrets are a new version, which is live as far as the deployments say so. */
function stateAfterSuccess(
  worker: ResolvedWorker,
  before: Deployment | null,
  after: Deployment | null,
): EndState {
  if (worker.dispatchNamespace !== null) return 'live';
  if (after === null) return 'unknown';
  return after.id === before?.id ? 'uploaded' : 'live';
}

async function stateAfterFailure(
  { worker, recovery }: TenantContext,
  active: Deployment | null,
): Promise<EndState> {
  if (worker.dispatchNamespace !== null) return 'unknown';
  try {
    return (await activeDeployment(recovery.reader, worker))?.id === active?.id ? 'untouched' : 'unknown';
  } catch {
    return 'unknown';
  }
}

async function activeDeployment(reader: ReadClient, worker: ResolvedWorker): Promise<Deployment | null> {
  if (worker.dispatchNamespace !== null) return null;
  return (await listDeployments(reader, worker.scriptName))?.[0] ?? null;
}

interface Begun {
  readonly changes: SecretChanges;
  readonly before: readonly string[];
  readonly active: Deployment | null;
  readonly startedAt: number;
}

async function begin(context: TenantContext, begun: Begun): Promise<RunJournal> {
  return beginJournal(context, {
    kind: 'secrets',
    run: randomBytes(6).toString('hex'),
    startedAt: begun.startedAt,
    url: null,
    commit: await context.run.commit(),
    artifact: null,
    unversioned: null,
    message: undefined,
    previousVersionId: largestShare(begun.active),
    changes: reported(begun),
    steps: [{ kind: 'secrets', description: describe(begun.changes), status: 'planned' }],
  });
}

interface Ended {
  readonly status: 'deployed' | 'failed';
  readonly endState: EndState;
  readonly error: DeployError | null;
  readonly versionId: string | null;
}

function finishRecord(
  { worker, world, calls }: TenantContext,
  journal: RunJournal,
  ended: Ended & Pick<Begun, 'active' | 'startedAt'>,
): Promise<DeployResult> {
  return journal.finish({
    tenant: worker.tenant,
    environment: worker.environment,
    accountId: worker.accountId,
    scriptName: worker.scriptName,
    url: null,
    status: ended.status,
    endState: ended.endState,
    previousVersionId: largestShare(ended.active),
    versionId: ended.versionId,
    changes: [],
    left: [],
    notLookedAt: [],
    interrupted: [],
    steps: [
      { kind: 'secrets', description: 'change secrets', status: ended.error === null ? 'done' : 'failed' },
    ],
    leftovers: [],
    health: skippedHealth('a changed secret is not asked for'),
    calls: calls(),
    durationMs: world.now() - ended.startedAt,
    error: ended.error?.toJSON() ?? null,
  });
}

/** The names as differences; values are nobody's business. */
function reported({ changes, before }: Pick<Begun, 'changes' | 'before'>): readonly ReportedChange[] {
  return Object.entries(changes).map(([key, secret]) => {
    const change = {
      section: 'secrets',
      key,
      field: null,
      desired: secret === null ? null : 'present',
      actual: before.includes(key) ? 'present' : null,
    } as const;
    return {
      ...change,
      path: changePath(change),
      kind: change.desired !== null && change.actual !== null ? 'changed' : changeKind(change),
      destructive: secret === null,
      irreversible: false,
      consequence: secret === null ? `the value of ${key} is lost` : null,
      owned: true,
    };
  });
}

function describe(changes: SecretChanges): string {
  return Object.entries(changes)
    .map(([name, secret]) => `${secret === null ? 'delete' : 'set'} ${name}`)
    .join(', ');
}

function expected(before: readonly string[], changes: SecretChanges): readonly string[] {
  const kept = before.filter((name) => changes[name] !== null);
  const set = Object.entries(changes).flatMap(([name, secret]) => (secret === null ? [] : [name]));
  return [...new Set([...kept, ...set])];
}
