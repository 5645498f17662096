import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { DestroyPlan, DestroyResult } from '../commands/destroy.ts';
import { tenantSuffix } from '../credentials/tenant-variables.ts';
import { ConfigError, type DeployError } from '../errors.ts';
import type { Finding } from '../findings/finding.ts';
import { resolveWorker } from '../resolve/resolve-worker.ts';
import { resolveOptions } from '../session/resolve-options.ts';
import type { TenantEntry } from '../tenants/tenant-source.ts';
import { createRun, type Run, type World } from '../session/world.ts';
import { asShown } from './as-shown.ts';
import { claimantName } from './claims.ts';
import { deployedOf, type DeployedWorker } from './deployed.ts';
import { destroyAll, planDestroyAll } from './destroy.ts';
import { describeChange, makeChanges, textOf, type FileChange } from './files.ts';
import { checkPairs, openPairs, switchOver } from './switch-over.ts';
import type { TenantResult } from './tenant-result.ts';
import {
  addChanges,
  entryOf,
  removeChanges,
  renameChanges,
  setChanges,
  type TenantFields,
} from './tenant-files.ts';

/** What a change of tenants would do, shown before it is done. */
export interface TenantPlan {
  readonly tenant: string;
  /** Changes of the project's files, one line each. */
  readonly files: readonly string[];
  /** Workers that are destroyed. */
  readonly destroys: readonly DestroyPlan[];
  /** Workers that go elsewhere: from, to. */
  readonly switches: readonly { readonly from: string; readonly to: string }[];
  /** What the reader should know. */
  readonly notes: readonly string[];
}

/** How a change of tenants is agreed to. */
export interface TenantChangeOptions {
  /** Only says what would be done. @default false */
  readonly dryRun?: boolean;
  /** The tenant's id once more; destroying in a protected environment demands it. */
  readonly confirmTenant?: string;
  readonly confirm?: (plan: TenantPlan) => Promise<boolean>;
}

/**
 * Adds a tenant: a row, or a folder of a few lines. A tenant that would not resolve is not added.
 * @throws ConfigError USAGE, NOT_EDITABLE, CONFIG_INVALID
 */
export async function addTenant(
  world: World,
  {
    id,
    fields,
    dryRun = false,
  }: { readonly id: string; readonly fields: TenantFields; readonly dryRun?: boolean },
): Promise<TenantResult> {
  const catalog = await createRun(world).tenants();
  const all = fields['accountId'] === undefined ? await withAccount(world, fields) : fields;
  const changes = await addChanges(world.rootDir, catalog, { id, fields: all });
  const base = { ...NOTHING, tenant: id, files: changes.map(describeChange) };
  if (dryRun) return { ...base, status: 'planned' };
  const undo = await makeChanges(world.rootDir, changes);
  const errors = await errorsOf(world, createRun(world), id).catch(async (error: DeployError) => {
    await undo();
    throw error;
  });
  if (errors.length > 0) {
    await undo();
    throw new ConfigError('CONFIG_INVALID', `${id} was not added: ${errors[0]?.message ?? ''}`, {
      findings: errors,
      hint: 'Give what is missing with --account, --label or --set.',
    });
  }
  return { ...base, status: 'done' };
}

const NOTHING = { destroyed: [], switched: [], notes: [], error: null } as const;

/** The account of all others, when they agree. */
async function withAccount(world: World, fields: TenantFields): Promise<TenantFields> {
  const catalog = await createRun(world).tenants();
  const accounts = new Set<string>();
  for (const id of await catalog.ids().catch(() => [])) {
    const { tenantFile } = await catalog.load(id, (await catalog.workers(id))[0] ?? undefined);
    const account = (tenantFile?.value as { readonly accountId?: string } | null)?.accountId;
    if (account !== undefined) accounts.add(account);
    if (accounts.size > 1) return fields;
  }
  const [account] = accounts;
  return account === undefined ? fields : { accountId: account, ...fields };
}

async function errorsOf(world: World, run: Run, tenant: string): Promise<readonly Finding[]> {
  const errors: Finding[] = [];
  for (const name of await (await run.tenants()).workers(tenant)) {
    const target = { tenant, env: '', ...(name === null ? {} : { worker: name }) };
    const { findings } = await resolveWorker(await resolveOptions(world, run, target));
    errors.push(...findings.filter(({ severity }) => severity === 'error'));
  }
  return errors;
}

/**
 * Removes a tenant: destroys what is deployed of it in every environment, then takes it out of the files.
 * @throws DeployError for everything found before the first step
 */
export async function removeTenant(
  world: World,
  options: TenantChangeOptions & {
    readonly id: string;
    readonly keepDeployed?: boolean;
    readonly withData?: boolean;
  },
): Promise<TenantResult> {
  const { id, keepDeployed = false, withData = false, confirmTenant } = options;
  const run = createRun(world);
  const entry = await entryOf(await run.tenants(), id);
  const changes = await removeChanges(world.rootDir, entry);
  const files = changes.map(describeChange);
  const deployed = keepDeployed ? [] : await deployedOf(world, run, id);
  const environments = [...new Set(deployed.map(({ environment }) => environment ?? ''))];
  const request = { withData, ...(confirmTenant === undefined ? {} : { confirmTenant }) };
  const plans: DestroyPlan[] = [];
  for (const env of environments)
    plans.push(...(await planDestroyAll(world, { tenant: id, env }, request)).results);
  const notes = keepDeployed
    ? ['What is deployed stays, and is an orphan from now on: cf-deploy prune.']
    : [];
  const plan: TenantPlan = { tenant: id, files, destroys: plans, switches: [], notes };
  if (options.dryRun === true) return { ...NOTHING, tenant: id, status: 'planned', files, notes };
  await agree(plan, options.confirm);
  const destroyed: DestroyResult[] = [];
  for (const env of environments) {
    const { results } = await destroyAll(
      world,
      { tenant: id, env },
      {
        ...request,
        ...(options.confirm === undefined
          ? {}
          : { confirm: async (now) => now.every((one) => isShown(plans, one)) }),
      },
    );
    destroyed.push(...results);
    const failed = results.find(({ error }) => error !== null);
    if (failed !== undefined)
      return { ...NOTHING, tenant: id, status: 'failed', files: [], destroyed, notes, error: failed.error };
  }
  await makeChanges(world.rootDir, changes);
  return { ...NOTHING, tenant: id, status: 'done', files, destroyed, notes };
}

function isShown(plans: readonly DestroyPlan[], now: DestroyPlan): boolean {
  const shown = plans.find((each) => each.scriptName === now.scriptName && each.accountId === now.accountId);
  return shown !== undefined && asShown(shown, now);
}

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
  readonly open: Journal | null;
  readonly notes: readonly string[];
}

/** Changes the files, and brings what is deployed to where they want it now. */
async function change(world: World, request: Change): Promise<TenantResult> {
  const { from, to, changes, open, notes } = request;
  const deployed = open?.deployed ?? (await deployedOf(world, createRun(world), from));
  const files = changes.map(describeChange);
  const base = { ...NOTHING, tenant: to, files, notes };
  const undo = await makeChanges(world.rootDir, changes);
  const begun = { undone: false };
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
    begun.undone = true;
    const switched = await switchOver(pairs, async () => {});
    const error = switched
      .map(({ deployed: one, retired }) => one?.error ?? retired?.error ?? null)
      .find((one) => one !== null);
    if (error !== undefined && error !== null) {
      const again = 'Not all of it is done; the same command goes on where this one stopped.';
      return { ...base, status: 'failed', switched, notes: [again, ...notes], error };
    }
    await rm(journalFile(world, from), { force: true });
    return { ...base, status: 'done', switched };
  } catch (error) {
    // Once the first Worker may be there, the files say where the rest has to go.
    if (!begun.undone) await undo();
    throw error;
  }
}

/** @throws ConfigError NOT_CONFIRMED */
async function agree(plan: TenantPlan, confirm: TenantChangeOptions['confirm']): Promise<void> {
  if ((await confirm?.(plan)) ?? true) return;
  throw new ConfigError('NOT_CONFIRMED', 'Nothing was changed: it was not confirmed.', {
    hint: 'Look at --dry-run, and add --yes to go on without the question.',
  });
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

const journalShape = z.object({
  from: z.string(),
  to: z.string(),
  deployed: z.array(
    z.object({
      worker: z.string().nullable(),
      environment: z.string().nullable(),
      accountId: z.string(),
      scriptName: z.string(),
    }),
  ),
});

/** A change under way: what was deployed before it, so that a killed one can be gone on with. */
interface Journal {
  readonly from: string;
  readonly to: string;
  readonly deployed: readonly DeployedWorker[];
}

function journalFile({ rootDir }: World, from: string): string {
  return join(rootDir, '.cf-deploy', 'switches', `${from}.json`);
}

async function readJournal(world: World, from: string): Promise<Journal | null> {
  const text = await textOf(journalFile(world, from));
  return text === null ? null : journalShape.parse(JSON.parse(text));
}

async function writeJournal(world: World, journal: Journal): Promise<void> {
  const file = journalFile(world, journal.from);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(journal, null, 2)}\n`);
}
