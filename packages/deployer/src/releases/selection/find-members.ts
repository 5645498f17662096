import type { Selection } from './selection.ts';
import { ConfigError } from '../../errors.ts';
import type { ResolvedResult } from '../../resolve/resolve-loaded.ts';
import { resolveOptions } from '../../session/resolve-options.ts';
import { resolveWorker } from '../../resolve/resolve-worker.ts';
import type { CommandScope, World } from '../../session/world.ts';
import { changedSince } from './changed-since.ts';
import { failedOfLast } from './failed-of-last.ts';
import { memberFacts, targetName, type FleetMember } from './fleet-target.ts';
import { matchesLabels, parseLabel } from './labels.ts';
import { nothingLeft, selectTenants } from './select.ts';
import type { SurveyTarget } from '../survey/survey.ts';
import { tenantWorkers } from './tenant-workers.ts';
import { compact } from '../../json.ts';

/** Resolves one target. */
type Look = (target: SurveyTarget) => Promise<ResolvedResult>;

/**
 * The targets a selection means, in the order of their names. All conditions must hold. A target whose files have errors
 * is kept by every condition that would need them: it is refused by name later, not left out in silence.
 *
 * @param withFacts also resolves targets whose labels nobody asks for; without, `facts` may be null
 * @param look resolves a target; each is looked at once
 * @throws ConfigError TENANT_UNKNOWN or USAGE for names and labels that match nothing; nothing changed or nothing failed
 *   is no error
 */
export async function findMembers(
  world: World,
  scope: CommandScope,
  selection: Selection,
  { withFacts, look }: { readonly withFacts: boolean; readonly look?: Look },
): Promise<readonly FleetMember[]> {
  const ids = await knownTenants(scope);
  const tenants = selectTenants(ids, selection);
  const conditions = (selection.labels ?? []).map(parseLabel);
  const { env, dispatchNamespace } = selection;
  const members: FleetMember[] = [];
  for (const tenant of tenants) {
    for (const name of await workersOf(world, scope, { tenant, env })) {
      if (selection.worker !== undefined && selection.worker !== name.worker) continue;
      const asked = withFacts || conditions.length > 0;
      const resolve = look ?? ((one) => resolveOne(world, scope, one));
      const resolved = asked
        ? await resolve({ tenant, worker: name.named ?? undefined, env, dispatchNamespace })
        : null;
      const facts = resolved === null || resolved.worker === null ? null : memberFacts(resolved.worker);
      if (facts !== null && !matchesLabels(facts.labels, conditions)) continue;
      const errors = (resolved?.findings ?? []).filter(({ severity }) => severity === 'error');
      members.push({ target: targetName(tenant, name.named), tenant, worker: name.named, facts, errors });
    }
  }
  if (members.length === 0) throw nothingLeft(ids);
  const failed = selection.failed === true ? failedOfLast(world, selection.env) : null;
  const wanted = failed === null ? members : members.filter(({ target }) => failed.has(target));
  if (selection.changedSince === undefined) return wanted;
  return changedSince(world, scope, { ref: selection.changedSince, env: selection.env, members: wanted });
}

/** Ids of all tenants. @throws ConfigError CONFIG_INVALID when there are only rows that are none */
async function knownTenants(scope: CommandScope): Promise<readonly string[]> {
  const catalog = await scope.tenants();
  const ids = await catalog.ids();
  const findings = [...catalog.project.findings, ...(await catalog.findings())];
  if (ids.length > 0 || findings.length === 0) return ids;
  throw new ConfigError('CONFIG_INVALID', 'The project has no tenant that can be read.', { findings });
}

/**
 * A tenant's Workers, each after those it needs; `named` is null for the only one, which needs no name. Those that need
 * each other keep their order here: whoever deploys one is told.
 */
async function workersOf(
  world: World,
  scope: CommandScope,
  { tenant, env }: { readonly tenant: string; readonly env: string | undefined },
): Promise<readonly { readonly worker: string | null; readonly named: string | null }[]> {
  const names = await (await scope.tenants()).workers(tenant);
  if (names.length < 2) return names.map((worker) => ({ worker, named: null }));
  const ordered = await tenantWorkers(world, scope, { tenant, ...compact({ env }) }).catch(() => names);
  return ordered.map((name) => ({ worker: name ?? null, named: name ?? null }));
}

async function resolveOne(world: World, scope: CommandScope, target: SurveyTarget): Promise<ResolvedResult> {
  return resolveWorker(await resolveOptions(world, scope, target));
}
