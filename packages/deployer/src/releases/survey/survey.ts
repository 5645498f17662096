import { ConfigError } from '../../errors.ts';
import type { Finding } from '../../findings/finding.ts';
import { sortFindings } from '../../findings/sort-findings.ts';
import type { ResolvedResult } from '../../resolve/resolve-loaded.ts';
import { resolveWorker } from '../../resolve/resolve-worker.ts';
import { resolveOptions } from '../../session/resolve-options.ts';
import { learnSecrets, secretNamesOf } from '../../session/learn-secrets.ts';
import type { KnownTarget } from '../../session/resolved-workers.ts';
import type { CommandScope, World } from '../../session/world.ts';
import { type Overlap, overlaps } from './overlaps.ts';
import { placeInTarget, targetFacts, type TargetFacts } from './target-facts.ts';
import { compact } from '../../json.ts';

/** One Worker of one tenant in the environment asked for. */
export interface SurveyTarget {
  readonly tenant: string;
  readonly worker?: string | undefined;
  readonly env?: string | undefined;
  readonly dispatchNamespace?: string | undefined;
}

/** Collects what all targets of a project claim, while somebody resolves them. Nothing is sent. */
export interface Survey {
  /** Resolves a target, and looks at its other environments; each Worker of each tenant once. */
  look(target: SurveyTarget): Promise<ResolvedResult>;
  /** Takes a target that the command resolved already, and looks at its other environments. */
  take(target: SurveyTarget, known: KnownTarget): Promise<void>;
  /**
   * Looks at every tenant that was not looked at, and applies the rules over all: findings about the sources of
   * tenants, and about targets that get in each other's way.
   */
  finish(env: string | undefined): Promise<readonly Finding[]>;
  /** The same, but only about what one tenant's targets do to another's, or to the one that is named. */
  finishFor(target: TargetFacts): Promise<readonly Finding[]>;
}

/** Begins a survey. */
export function createSurvey(world: World, scope: CommandScope): Survey {
  const targets: TargetFacts[] = [];
  const seen = new Set<string>();
  const resolve = async (target: SurveyTarget): Promise<ResolvedResult> =>
    resolveWorker(await resolveOptions(world, scope, target));
  const learn = (tenant: string, names?: readonly string[]): Promise<boolean> =>
    learnOrNot(world, scope, tenant, names);
  const note = async (target: SurveyTarget, asked: Asked): Promise<void> => {
    seen.add(keyOf(target.tenant, target.worker));
    targets.push(...(await factsOf(target, asked, resolve)));
  };
  const look = async (target: SurveyTarget): Promise<ResolvedResult> => {
    await learn(target.tenant);
    const asked = await resolve(target);
    const { worker, environments } = asked;
    if (worker !== null) {
      const learned = await learn(target.tenant, secretNamesOf(worker));
      if (learned) scope.resolved.keep(target, { worker, environments });
    }
    await note(target, asked);
    return asked;
  };
  const placed = async ({ finding, target, what }: Overlap): Promise<Finding> => {
    const { tenant, worker, environment } = target;
    const again = await resolve({ tenant, worker: worker ?? undefined, env: environment ?? '' });
    const place = again.worker === null ? undefined : placeInTarget(again.worker, what);
    return place === undefined ? finding : { ...finding, place };
  };
  const rest = async (env: string | undefined): Promise<readonly Overlap[]> => {
    const catalog = await scope.tenants();
    for (const tenant of await catalog.ids()) {
      for (const name of await catalog.workers(tenant)) {
        const worker = name ?? undefined;
        // Without a name, a tenant's only Worker was looked at.
        const known = seen.has(keyOf(tenant, worker)) || seen.has(keyOf(tenant, undefined));
        if (!known) await look({ tenant, worker, env });
      }
    }
    // They were resolved side by side; the same files always give the same list.
    return overlaps(targets.toSorted(byName), catalog.project.rules);
  };
  return {
    look,
    take: note,
    async finish(env) {
      const found = await rest(env);
      const catalog = await scope.tenants();
      return sortFindings([...(await catalog.findings()), ...(await Promise.all(found.map(placed)))]);
    },
    async finishFor(target) {
      const found = await rest(undefined);
      return Promise.all(found.filter(({ group }) => isAbout(group, target)).map(placed));
    },
  };
}

/** What of a resolved target matters to the others. */
type Asked = Pick<ResolvedResult, 'worker' | 'environments'>;

/** What a target claims, and what it claims in its other environments. */
async function factsOf(
  target: SurveyTarget,
  { worker: asked, environments }: Asked,
  resolve: (target: SurveyTarget) => Promise<ResolvedResult>,
): Promise<TargetFacts[]> {
  const facts = asked === null ? [] : [targetFacts(asked)];
  const resolved = asked === null ? undefined : (asked.environment ?? '');
  for (const env of ['', ...environments]) {
    if (env === resolved) continue;
    const { worker } = await resolve({ ...target, env });
    if (worker !== null) facts.push(targetFacts(worker));
  }
  return facts;
}

/**
 * Learns the secrets of a tenant; false where its variables are at fault: those that two tenants would share are told
 * when one of the two is opened.
 */
function learnOrNot(
  world: World,
  scope: CommandScope,
  tenant: string,
  names: readonly string[] = [],
): Promise<boolean> {
  return learnSecrets(world, scope, { tenant, names }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ConfigError) return false;
      throw error;
    },
  );
}

/**
 * Refuses a deploy of many before its first write, with everything that is wrong with the project.
 *
 * @param survey which has looked at the selected targets
 * @param own what it found in them; it counts unless the others are to go on without them
 * @throws ConfigError CONFIG_INVALID, ENVIRONMENT_NOT_NAMED
 */
export async function refuseInvalid(
  survey: Survey,
  options: {
    readonly env: string | undefined;
    readonly own: readonly Finding[];
    readonly continueOnError: boolean;
  },
): Promise<void> {
  const { env, own, continueOnError } = options;
  const whole = await survey.finish(env);
  const errors = [...whole, ...(continueOnError ? [] : own)].filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const [first] = errors;
  if (first !== undefined && errors.every(({ code }) => code === 'environment-not-named')) {
    throw new ConfigError('ENVIRONMENT_NOT_NAMED', first.message, {
      findings: errors,
      ...compact({ hint: first.hint }),
    });
  }
  const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
  throw new ConfigError('CONFIG_INVALID', `The project has ${count}, so nothing was deployed.`, {
    findings: errors,
    hint: 'Correct it; cf-deploy validate --all shows the same.',
  });
}

/** A tenant that is in another's way is so whole; environments that are in each other's way leave the others alone. */
function isAbout(group: readonly TargetFacts[], target: TargetFacts): boolean {
  const own = group.filter(({ tenant }) => tenant === target.tenant);
  if (own.length > 0 && own.length < group.length) return true;
  return own.some(
    ({ worker, environment }) => worker === target.worker && environment === target.environment,
  );
}

function byName(a: TargetFacts, b: TargetFacts): number {
  const name = ({ tenant, worker, environment }: TargetFacts): string =>
    [tenant, worker ?? '', environment ?? ''].join('\u0000');
  return name(a) < name(b) ? -1 : 1;
}

function keyOf(tenant: string, worker: string | undefined): string {
  return `${tenant} ${worker ?? ''}`;
}
