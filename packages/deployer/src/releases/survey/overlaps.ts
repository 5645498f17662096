import type { Finding } from '../../findings/finding.ts';
import { sameEnvironment } from '../../resolve/environments.ts';
import type { ProjectRules } from '../../project/project-config.ts';
import type { BoundResource, TargetFacts } from './target-facts.ts';

/** What a project says about sharing. */
export type SharingRules = Pick<ProjectRules, 'sharedResources' | 'workers'>;

/** A finding, and in which target its place is to be looked for: the last that came into the way of others. */
export interface Overlap {
  readonly finding: Finding;
  readonly target: TargetFacts;
  /** Every target it is about. */
  readonly group: readonly TargetFacts[];
  /** `name`, `routes`, `queues.consumers`, or the name of a binding. */
  readonly what: string;
}

/**
 * Rules over all targets at once: what each file alone cannot know. Two targets with one Worker, route, custom domain
 * or queue; data bound by two tenants without being declared shared; environments that work on production's data. Pure.
 */
export function overlaps(targets: readonly TargetFacts[], rules: SharingRules): readonly Overlap[] {
  return [...sameWorkers(targets), ...sameClaims(targets), ...sharedData(targets, rules)];
}

function sameWorkers(targets: readonly TargetFacts[]): readonly Overlap[] {
  const groups = grouped(targets, ({ accountId, dispatchNamespace, scriptName }) => [
    [accountId, dispatchNamespace ?? '', scriptName.toLowerCase()].join(' '),
  ]);
  return groups.map(({ group, last }) => {
    const own = isOneTenant(group);
    const harmless = own && areOneEnvironment(group);
    return {
      target: last,
      group,
      what: 'name',
      finding: {
        severity: harmless ? 'warning' : 'error',
        code: 'same-worker',
        path: 'name',
        message: `The Worker "${last.scriptName}" in account ${last.accountId} is that of ${listOf(group)}: each deploy would replace the other's.`,
        hint: own
          ? `Give the environments different names${harmless ? ', if you deploy both' : '; without a `name`, each has its own'}.`
          : 'Give each its own `name`; for a shared Worker, `name: "…-${tenant.id}"` in its overrides.',
      },
    };
  });
}

function sameClaims(targets: readonly TargetFacts[]): readonly Overlap[] {
  const groups = grouped(targets, ({ claims }) => claims.map(({ key }) => key));
  return groups.flatMap(({ key, group, last }): readonly Overlap[] => {
    // One Worker in several environments is told of by the rules of its file.
    const own = isOneTenant(group);
    const claim = last.claims.find((each) => each.key === key);
    if (claim === undefined || (own && claim.kind !== 'queue consumer')) return [];
    const finding: Finding = {
      severity: own ? 'warning' : 'error',
      code: `same-${claim.kind.replace(' ', '-')}`,
      path: claim.kind === 'queue consumer' ? 'queues.consumers' : 'routes',
      message: `The ${claim.kind} "${claim.name}" is that of ${listOf(group)}; it can belong to one Worker only.`,
      hint: 'Leave it to one of them.',
    };
    return [{ finding, target: last, group, what: finding.path }];
  });
}

function sharedData(targets: readonly TargetFacts[], rules: SharingRules): readonly Overlap[] {
  const declared = new Set(rules.sharedResources ?? []);
  const groups = grouped(targets, ({ resources }) => resources.map(({ key }) => key));
  return groups.flatMap(({ key, group, last }): readonly Overlap[] => {
    const uses = group.flatMap((target) =>
      target.resources.filter((each) => each.key === key).map((resource) => ({ target, resource })),
    );
    const resource = uses.at(-1)?.resource;
    if (resource === undefined || declared.has(resource.id)) return [];
    if (uses.every((use) => isDeclared(use.target, use.resource.binding, rules))) return [];
    const finding = aboutData(group, resource);
    return finding === null ? [] : [{ finding, target: last, group, what: resource.binding }];
  });
}

function aboutData(group: readonly TargetFacts[], resource: BoundResource): Finding | null {
  const what = `${resource.name} (${resource.binding})`;
  if (new Set(group.map(({ tenant }) => tenant)).size > 1) {
    return {
      severity: 'error',
      code: 'shared-resource',
      path: resource.binding,
      message: `${what} is bound by ${listOf(group)}: one tenant's data would be another's.`,
      hint: 'Give each tenant its own, or declare it in cf-deploy.config.ts: `sharedResources`, or `shared` of the Worker.',
    };
  }
  const environments = [...new Set(group.map(({ environment }) => environment))];
  const others = environments.filter((name) => !isProduction(name));
  if (others.length === 0 || others.length === environments.length) return null;
  const names = others.map((name) => (name === null ? 'the top level' : `"${name}"`)).join(', ');
  return {
    severity: 'warning',
    code: 'production-resource',
    path: resource.binding,
    message: `${what} of ${group[0]?.tenant ?? ''} is production's, and bound by ${names} too.`,
    hint: 'Give each environment its own.',
  };
}

function isDeclared({ worker }: TargetFacts, binding: string, { workers }: SharingRules): boolean {
  const shared = worker === null ? undefined : workers?.[worker];
  return typeof shared === 'object' && (shared.shared ?? []).includes(binding);
}

function isProduction(environment: string | null): boolean {
  return environment !== null && ['production', 'prod', 'prd'].includes(environment);
}

function isOneTenant(group: readonly TargetFacts[]): boolean {
  return new Set(group.map(({ tenant, worker }) => `${tenant} ${worker ?? ''}`)).size === 1;
}

/**
 * Names of one environment ("prod", "production"), and the top level: beside environments it is deployed by nobody who does
 * not say so, and has the name of one of them in many files.
 */
function areOneEnvironment(group: readonly TargetFacts[]): boolean {
  const named = group.flatMap(({ environment }) => environment ?? []);
  const [first] = named;
  return first === undefined || named.every((name) => sameEnvironment(first).includes(name));
}

interface Group {
  readonly key: string;
  readonly group: readonly TargetFacts[];
  readonly last: TargetFacts;
}

/** Groups of two or more targets that have a key in common, in the order of the keys' first appearance. */
function grouped(
  targets: readonly TargetFacts[],
  keysOf: (target: TargetFacts) => readonly string[],
): readonly Group[] {
  const first = new Map<string, TargetFacts>();
  const groups = new Map<string, { group: TargetFacts[]; last: TargetFacts }>();
  for (const target of targets) {
    for (const key of new Set(keysOf(target))) {
      const before = first.get(key);
      const found = groups.get(key);
      if (before === undefined) first.set(key, target);
      else if (found === undefined) groups.set(key, { group: [before, target], last: target });
      else {
        found.group.push(target);
        found.last = target;
      }
    }
  }
  return [...groups].map(([key, group]) => ({ key, ...group }));
}

/** `acme (staging), globex and 12 more`. */
function listOf(group: readonly TargetFacts[]): string {
  const names = group.slice(0, 5).map(({ tenant, worker, environment }) => {
    const of = worker === null ? tenant : `${tenant}/${worker}`;
    return environment === null ? of : `${of} (${environment})`;
  });
  const more = group.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
