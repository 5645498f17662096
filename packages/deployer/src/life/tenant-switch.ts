import { tenantSuffix } from '../credentials/tenant-variables.ts';
import { asDeployError, ConfigError } from '../errors.ts';
import { withTenantLock } from '../records/lock.ts';
import { createScope, type World } from '../session/world.ts';
import type { TenantEntry } from '../tenants/tenant-source.ts';
import { claimantName } from './claims.ts';
import { deployedOf } from './deployed.ts';
import { describeChange, makeChanges, type FileChange } from './files.ts';
import { openJournal, removeJournal, writeJournal, type SwitchJournal } from './switch-journal.ts';
import { writeSwitchRecord } from './switch-record.ts';
import { checkPairs, openPairs, switchOver } from './switch-over.ts';
import { entryOf, renameChanges, setChanges, type TenantFields } from './tenant-files.ts';
import { agree, type TenantChangeOptions, type TenantPlan } from './tenant-plan.ts';
import { NO_WORKERS, type TenantResult } from './tenant-result.ts';

/**
 * Gives a tenant another id. A Worker whose name derives from it is deployed under the new name, proven, given what leads
 * to it, and the old one is destroyed.
 * @throws DeployError for everything found before the first step
 */
export async function renameTenant(
  world: World,
  options: TenantChangeOptions & { readonly id: string; readonly to: string },
): Promise<TenantResult> {
  const { id, to } = options;
  return inTurn(world, id, async () => {
    const wanted = `tenant rename ${id} ${to}`;
    const open = await openJournal(world, id, wanted);
    const catalog = await createScope(world).tenants();
    const changes =
      open === null
        ? await renameChanges(world.rootDir, catalog, { entry: await entryOf(catalog, id), to })
        : [];
    const notes = variableNotes(world, id, to);
    return change(world, { ...options, kind: 'rename', from: id, to, wanted, changes, open, notes });
  });
}

/**
 * Brings a tenant into another account: deployed there, proven, given what leads to it, and destroyed where it was.
 * Data does not go along: `fields` say what its bindings mean there.
 * @throws DeployError for everything found before the first step
 */
export async function moveTenant(
  world: World,
  options: TenantChangeOptions & {
    readonly id: string;
    readonly toAccount: string;
    readonly fields?: TenantFields;
  },
): Promise<TenantResult> {
  const { id, toAccount } = options;
  if (!/^[0-9a-f]{32}$/i.test(toAccount)) {
    throw new ConfigError('USAGE', '--to-account is no account id.', {
      hint: 'It has 32 hexadecimal digits; the dashboard shows it.',
    });
  }
  return inTurn(world, id, async () => {
    const wanted = `tenant move ${id} --to-account=${toAccount}`;
    const open = await openJournal(world, id, wanted);
    const entry = await entryOf(await createScope(world).tenants(), id);
    const fields = { accountId: toAccount, ...options.fields };
    await refuseOldSubdomain(entry, fields);
    const changes = open === null ? await setChanges(world.rootDir, entry, fields) : [];
    const notes = ['Data stays in the account it is in; records and variables keep their names.'];
    return change(world, { ...options, kind: 'move', from: id, to: id, wanted, changes, open, notes });
  });
}

/** One change of a tenant at a time, of all processes of this machine. */
function inTurn<T>({ rootDir }: World, tenant: string, work: () => Promise<T>): Promise<T> {
  return withTenantLock({ rootDir, tenant, environment: 'tenant-change' }, work);
}

/** @throws ConfigError USAGE for a definition that names the workers.dev subdomain of the account it leaves */
async function refuseOldSubdomain(entry: TenantEntry, fields: TenantFields): Promise<void> {
  const { document } = await entry.read();
  const { accountSubdomain } = (document?.value ?? {}) as { readonly accountSubdomain?: string };
  if (accountSubdomain === undefined || fields['accountSubdomain'] !== undefined) return;
  throw new ConfigError(
    'USAGE',
    `${entry.id} names \`accountSubdomain\` ${accountSubdomain}, which is that of the old account.`,
    {
      hint: 'Add --set accountSubdomain=<that of the new account>.',
    },
  );
}

interface Change extends TenantChangeOptions, Pick<SwitchJournal, 'kind' | 'wanted'> {
  readonly from: string;
  readonly to: string;
  readonly changes: readonly FileChange[];
  /** Of a run that was killed: what was deployed before it. */
  readonly open: SwitchJournal | null;
  readonly notes: readonly string[];
}

/** Changes the files, and brings what is deployed to where they want it now. */
async function change(world: World, request: Change): Promise<TenantResult> {
  const { kind, from, to, wanted, changes, open, notes } = request;
  const deployed = open?.deployed ?? (await deployedOf(world, createScope(world), from));
  const files = changes.map(describeChange);
  const base = { ...NO_WORKERS, tenant: to, files, notes };
  const startedAt = open?.startedAt ?? world.now();
  const journal = { kind, from, to, wanted, startedAt, changes: [...changes], deployed: [...deployed] };
  // Before the files: whoever is killed while it asks leaves behind what takes them back.
  if (open === null) await writeJournal(world, { ...journal, phase: 'files' });
  let undo = async (): Promise<void> => undefined;
  const takeBack = async (): Promise<void> => {
    await undo();
    if (open === null) await removeJournal(world, from);
  };
  try {
    undo = await makeChanges(world.rootDir, changes);
    const pairs = await openPairs(world, createScope(world), { from, to, deployed });
    await checkPairs(pairs);
    const switches = switchesOf(pairs);
    if (request.dryRun === true) {
      await takeBack();
      const lines = switches.map((each) => `${each.from} → ${each.to}`);
      return { ...base, status: 'planned', notes: [...lines, ...notes] };
    }
    const plan: TenantPlan = { tenant: to, files, destroys: [], switches, notes };
    await agree(plan, request.confirm);
    const begun: SwitchJournal = { ...journal, phase: 'begun' };
    await writeJournal(world, begun);
    // From here on the first Worker may be there: the files say where the rest has to go.
    return { ...base, ...(await carryOut(world, begun, pairs, notes)) };
  } catch (error) {
    if (!(error instanceof BegunError)) await takeBack();
    throw error instanceof BegunError ? error.cause : error;
  }
}

/** What went wrong after the first step; nothing is taken back for it. */
class BegunError extends Error {}

async function carryOut(
  world: World,
  begun: SwitchJournal,
  pairs: Parameters<typeof switchOver>[0],
  notes: readonly string[],
): Promise<Pick<TenantResult, 'status' | 'switched' | 'notes' | 'record' | 'error'>> {
  try {
    await writeSwitchRecord(world, begun, { status: 'running', switched: [], error: null });
    const { switched, error } = await switchOver(pairs);
    const status = error === null ? 'done' : 'failed';
    const record = await writeSwitchRecord(world, begun, { status, switched, error });
    if (error === null) await removeJournal(world, begun.from);
    const again = 'Not all of it is done; the same command goes on where this one stopped.';
    return { status, switched, record, notes: error === null ? notes : [again, ...notes], error };
  } catch (cause) {
    const error = asDeployError(cause).toJSON();
    await writeSwitchRecord(world, begun, { status: 'failed', switched: [], error }).catch(() => undefined);
    throw new BegunError('begun', { cause });
  }
}

function switchesOf(pairs: Awaited<ReturnType<typeof openPairs>>): TenantPlan['switches'] {
  return pairs.map(({ old, after, same }) => ({
    from: `${old.scriptName} in ${old.accountId}`,
    to: same
      ? 'the same, deployed anew as the new tenant’s'
      : `${after.worker.scriptName} in ${after.worker.accountId}`,
  }));
}

function variableNotes({ env }: World, from: string, to: string): readonly string[] {
  const [old, now] = [tenantSuffix(from), tenantSuffix(to)];
  const set = Object.keys(env).filter((name) => name.endsWith(`_${old}`));
  const variables = set.map((name) => `Rename the variable ${name} to ${name.slice(0, -old.length)}${now}.`);
  return [
    `Variables follow the id: CLOUDFLARE_API_TOKEN_${old} is CLOUDFLARE_API_TOKEN_${now} from now on, and so are secrets that end in _${old}.`,
    ...variables,
    `Records of before keep the name ${claimantName({ tenant: from, worker: null, environment: null })}.`,
  ];
}
