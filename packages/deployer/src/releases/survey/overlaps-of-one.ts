import { ConfigError } from '../../errors.ts';
import type { Finding } from '../../findings/finding.ts';
import { compact } from '../../json.ts';
import type { CommandScope, World } from '../../session/world.ts';
import { createSurvey, type SurveyTarget } from './survey.ts';
import { targetFacts } from './target-facts.ts';

/** Projects of more tenants are checked as a whole only: each check resolves every tenant. */
const CHECKED_FOR_ONE = 1000;

/**
 * What is in the way of one target: a copied folder that kept its Worker's name, an environment that has another's. What
 * `validate`, `plan` and `deploy` say of one target is the same. In projects of more than a thousand tenants
 * `validate --all` tells, and that nobody looked is what is said here.
 *
 * @returns errors, and that nobody looked: warnings about the project as a whole are told by commands for many
 */
export async function overlapsOfOne(
  world: World,
  scope: CommandScope,
  { tenant, worker, env, dispatchNamespace }: SurveyTarget,
): Promise<readonly Finding[]> {
  const target = { tenant, worker, env, dispatchNamespace };
  const ids = await (await scope.tenants()).ids();
  if (ids.length > CHECKED_FOR_ONE) return [notLookedFor(ids.length)];
  const survey = createSurvey(world, scope);
  const known = scope.resolved.find(target);
  const asked = known ?? (await survey.look(target));
  if (asked.worker === null || (ids.length < 2 && asked.environments.length < 2)) return [];
  if (known !== undefined) await survey.take(target, known);
  const found = await survey.finishFor(targetFacts(asked.worker));
  return found.filter(({ severity }) => severity === 'error');
}

function notLookedFor(tenants: number): Finding {
  return {
    severity: 'info',
    code: 'overlaps-not-checked',
    path: '',
    message: `Whether another tenant takes the same names, routes or data was not looked at: the project has ${tenants} tenants.`,
    hint: 'cf-deploy validate --all looks at all of them.',
  };
}

/**
 * Refuses the deploy of one target that would take something from another.
 * @throws ConfigError CONFIG_INVALID
 */
export async function refuseOverlaps(world: World, scope: CommandScope, target: SurveyTarget): Promise<void> {
  const findings = await overlapsOfOne(world, scope, target);
  const [first] = findings;
  if (first === undefined) return;
  if (first.severity !== 'error') {
    world.emit({
      type: 'notice',
      tenant: target.tenant,
      message: `${first.message} ${first.hint ?? ''}`.trim(),
    });
    return;
  }
  throw new ConfigError(
    'CONFIG_INVALID',
    `${target.tenant} is in the way of another target: ${first.message}`,
    {
      findings,
      ...compact({ hint: first.hint }),
    },
  );
}
