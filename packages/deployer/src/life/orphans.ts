import { getSettings, listStampedScripts, type StampedScript } from '../cloudflare/scripts.ts';
import { listNewestVersions } from '../cloudflare/versions.ts';
import { DeployError } from '../errors.ts';
import { readMarker, type Marker } from '../sections/marker.ts';
import { parseOwner, type OwnedBy } from '../sections/owner.ts';
import { isWorkerThere } from '../sections/live.ts';
import { noAnswer } from '../sections/parts/workers-dev.ts';
import { openNamedTenant } from '../session/named-worker.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import type { CommandScope, World } from '../session/world.ts';
import { openNotOurs } from './not-ours.ts';
import { claimantName, readClaims, scriptKey, type Claimant, type ProjectClaims } from './claims.ts';

/** A Worker that this project deployed and that nothing in it names any more. */
export interface Orphan {
  readonly accountId: string;
  readonly scriptName: string;
  /** As whom it was deployed: `acme/api (staging)`. */
  readonly was: string;
  readonly tenant: string;
  readonly worker: string | null;
  readonly environment: string | null;
}

/** What the accounts of a project hold that is nobody's, as far as it can be told. */
export interface OrphanReport {
  /** Tells this project from others; null when nothing does, and then only records of this checkout are evidence. */
  readonly project: string | null;
  /** Accounts that were looked at. */
  readonly accounts: readonly string[];
  readonly orphans: readonly Orphan[];
  /** Workers, or whole accounts, of which it cannot be told, and why. */
  readonly unknown: readonly {
    readonly accountId: string;
    readonly scriptName: string | null;
    readonly why: string;
  }[];
  readonly calls: number;
}

/**
 * Looks for orphans in every account that a target of the project names, and in those named beside them. A Worker of
 * another project, or without a marker of ours, is none. Only reads: one list of an account, and a call or two for each
 * Worker that nobody claims and that is new or changed since it was looked at.
 */
export async function findOrphans(
  world: World,
  scope: CommandScope,
  accounts: readonly string[] = [],
): Promise<OrphanReport> {
  const claims = await readClaims(world, scope);
  const project = await scope.projectId();
  const orphans: Orphan[] = [];
  const unknown: OrphanReport['unknown'][number][] = [];
  const looked: string[] = [];
  const notOurs = await openNotOurs(world, project);
  let calls = 0;
  const wanted = new Map<string, Claimant | null>([
    ...accounts.map((account) => [account.toLowerCase(), null] as const),
    ...claims.accounts,
  ]);
  for (const [account, claimant] of wanted) {
    try {
      const context = await openAccount(world, scope, { account, claimant });
      looked.push(account);
      const others: StampedScript[] = [];
      for (const script of await listStampedScripts(context.api.reader)) {
        const { name: scriptName } = script;
        if (claims.scripts.has(scriptKey(account, scriptName))) continue;
        const told = notOurs.has(account, script)
          ? null
          : await tell(context, { scriptName, claims, project });
        if (told === null) others.push(script);
        else if (typeof told === 'string') unknown.push({ accountId: account, scriptName, why: told });
        else orphans.push(told);
      }
      notOurs.keep(account, others);
      calls += context.calls();
    } catch (error) {
      if (!(error instanceof DeployError)) throw error;
      unknown.push({ accountId: account, scriptName: null, why: error.message });
    }
  }
  // A folder that cannot be written to is no reason to say nothing.
  await notOurs.save().catch(() => undefined);
  return { project, accounts: looked, orphans, unknown, calls };
}

/** With the token of a tenant in it; of an account that no tenant names any more, with the one for all. */
function openAccount(
  world: World,
  scope: CommandScope,
  { account, claimant }: { readonly account: string; readonly claimant: Claimant | null },
): Promise<TenantContext> {
  const { tenant, environment } = claimant ?? { tenant: 'prune', environment: null };
  const env = environment === null ? {} : { env: environment };
  // The Worker's name is not used: what is asked is about the account.
  return openNamedTenant(world, scope, { tenant, ...env, account, script: 'orphans' });
}

interface Question {
  readonly scriptName: string;
  readonly claims: ProjectClaims;
  readonly project: string | null;
}

/** The orphan a Worker is, why that cannot be told, or null: it is none of ours. */
async function tell(context: TenantContext, question: Question): Promise<Orphan | string | null> {
  const { scriptName, claims, project } = question;
  const marker = await markerOf(context, scriptName).catch((error: unknown) => {
    if (error instanceof DeployError) return error.message;
    throw error;
  });
  if (typeof marker === 'string') return marker;
  const owner = marker?.of === undefined ? null : parseOwner(marker.of);
  if (marker === null || owner === null) return null;
  if (marker.project !== undefined && project !== null && marker.project !== project) return null;
  const ours = marker.project !== undefined && marker.project === project;
  if (!ours && !(await isRecorded(context, owner, { run: marker.run, scriptName }))) {
    return marker.project === undefined
      ? `its marker (${claimantName(owner)}) names no project, and no record here is of its deploy`
      : `it is of project ${marker.project}, and nothing tells which project this is`;
  }
  const unread = claims.unresolved.get(owner.tenant);
  if (unread !== undefined) return `the files of ${owner.tenant} cannot be resolved: ${unread}`;
  if (claims.broken.length > 0 && !claims.tenants.has(owner.tenant))
    return `a source of tenants cannot be read, and may name it: ${claims.broken[0]?.message ?? ''}`;
  return { accountId: context.worker.accountId, scriptName, was: claimantName(owner), ...owner };
}

/** Of the newest version that has one: changing a secret makes a version without. */
async function markerOf({ api }: TenantContext, scriptName: string): Promise<Partial<Marker> | null> {
  const script = { scriptName, dispatchNamespace: null };
  const settings = await getSettings(api.reader, script);
  if (settings === null) {
    // Lists lag, so one of a Worker that is gone is nothing; but one endpoint's word is no proof that it is.
    if (!(await isWorkerThere(api.reader, script))) return null;
    throw noAnswer(`the settings of Worker ${scriptName}`);
  }
  const marker = readMarker(settings.annotations);
  if (marker?.of !== undefined) return marker;
  if (settings.annotations['workers/message'] !== undefined) return null;
  const versions = await listNewestVersions(api.reader, scriptName);
  return (
    versions.map(({ annotations }) => readMarker(annotations)).find((each) => each?.of !== undefined) ?? null
  );
}

/** A record of this checkout that names the very run: it was us, whatever the project is called. */
async function isRecorded(
  { world, worker }: TenantContext,
  owner: OwnedBy,
  { run, scriptName }: { readonly run: string | undefined; readonly scriptName: string },
): Promise<boolean> {
  if (run === undefined) return false;
  const records = await world.records.list(owner.tenant, owner.environment);
  return records.some(
    ({ record }) =>
      record.run === run &&
      record.scriptName === scriptName &&
      record.accountId.toLowerCase() === worker.accountId,
  );
}
