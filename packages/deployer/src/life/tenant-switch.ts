import { tenantSuffix } from '../credentials/tenant-variables.ts';
import { ConfigError } from '../errors.ts';
import { createRun, type World } from '../session/world.ts';
import type { TenantEntry } from '../tenants/tenant-source.ts';
import { claimantName } from './claims.ts';
import { deployedOf } from './deployed.ts';
import { describeChange, makeChanges, type FileChange } from './files.ts';
import { readJournal, removeJournal, writeJournal, type SwitchJournal } from './switch-journal.ts';
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
  const open = await readJournal(world, id);
  const catalog = await createRun(world).tenants();
  const changes =
    open === null
      ? await renameChanges(world.rootDir, catalog, { entry: await entryOf(catalog, id), to })
      : [];
  return change(world, { ...options, from: id, to, changes, open, notes: variableNotes(world, id, to) });
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
  const open = await readJournal(world, id);
  const entry = await entryOf(await createRun(world).tenants(), id);
  const fields = { accountId: toAccount, ...options.fields };
  await refuseOldSubdomain(entry, fields);
  const changes = open === null ? await setChanges(world.rootDir, entry, fields) : [];
  const notes = ['Data stays in the account it is in; records and variables keep their names.'];
  return change(world, { ...options, from: id, to: id, changes, open, notes });
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

interface Change extends TenantChangeOptions {
  readonly from: string;
  readonly to: string;
  readonly changes: readonly FileChange[];
  /** Of a run that was killed: what was deployed before it. */
  readonly open: SwitchJournal | null;
  readonly notes: readonly string[];
}

/** Changes the files, and brings what is deployed to where they want it now. */
async function change(world: World, request: Change): Promise<TenantResult> {
  const { from, to, changes, open, notes } = request;
  const deployed = open?.deployed ?? (await deployedOf(world, createRun(world), from));
  const files = changes.map(describeChange);
  const base = { ...NO_WORKERS, tenant: to, files, notes };
  const undo = await makeChanges(world.rootDir, changes);
  let isBegun = false;
  try {
    const run = createRun(world);
    const pairs = await openPairs(world, run, { from, to, deployed });
    await checkPairs(pairs);
    const switches = pairs.map(({ old, after, same }) => ({
      from: `${old.scriptName} in ${old.accountId}`,
      to: same
        ? 'the same, deployed anew as the new tenant’s'
        : `${after.worker.scriptName} in ${after.worker.accountId}`,
    }));
    const plan: TenantPlan = { tenant: to, files, destroys: [], switches, notes };
    if (request.dryRun === true) {
      await undo();
      const lines = switches.map((each) => `${each.from} → ${each.to}`);
      return { ...base, status: 'planned', notes: [...lines, ...notes] };
    }
    await agree(plan, request.confirm);
    await writeJournal(world, { from, to, deployed });
    isBegun = true;
    const switched = await switchOver(pairs);
    const error = switched
      .map(({ deployed: one, retired }) => one?.error ?? retired?.error ?? null)
      .find((one) => one !== null);
    if (error !== undefined && error !== null) {
      const again = 'Not all of it is done; the same command goes on where this one stopped.';
      return { ...base, status: 'failed', switched, notes: [again, ...notes], error };
    }
    await removeJournal(world, from);
    return { ...base, status: 'done', switched };
  } catch (error) {
    // Once the first Worker may be there, the files say where the rest has to go.
    if (!isBegun) await undo();
    throw error;
  }
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
