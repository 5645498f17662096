import { changeKind } from '../change.ts';
import { compareNames } from '../compare.ts';
import { problem, type PreflightOptions, type Problem } from '../problem.ts';
import { defineSection, known } from '../section.ts';

/** Names of secrets: those required, those that exist. Values are never part of a state. */
export const secrets = defineSection<readonly string[]>({
  carrier: 'upload',
  desired: ({ worker }) => worker.secrets.required.toSorted(),
  absent: [],
  async read(live) {
    const bindings = (await live.versioned())?.bindings ?? [];
    return known(
      bindings
        .filter(({ type }) => type === 'secret_text' || type === 'secret_key')
        .map(({ name }) => name)
        .toSorted(),
    );
  },
  /** Beyond those declared they are a difference only where some are declared. */
  compare(desired, actual, rules) {
    const optional = rules.secrets.optional ?? [];
    const counted =
      desired.length + optional.length === 0 ? [] : actual.filter((name) => !optional.includes(name));
    return compareNames(desired, counted, () => 'present');
  },
  // What is missing travels with the upload; nobody's secret is deleted by a deploy.
  owns: (_worker, difference) => changeKind(difference) === 'added',
  preflight: checkSecrets,
});

/** Required secrets that the live Worker lacks. */
export function missingSecrets({
  worker,
  live,
}: Pick<PreflightOptions, 'worker' | 'live'>): readonly string[] {
  const there = live.state.secrets.known ? live.state.secrets.value : [];
  return worker.secrets.required.filter((name) => !there.includes(name));
}

function checkSecrets(options: PreflightOptions): readonly Problem[] {
  return missingSecrets(options)
    .filter((name) => !options.hasSecret(name))
    .map((name) =>
      problem('SECRET_MISSING', {
        rule: 'secret-missing',
        path: `secrets.${name}`,
        message: `The required secret ${name} does not exist on Cloudflare and has no value here.`,
        hint: `Set ${name}_<TENANT>, or put ${name} into the tenant's .env file; it then travels with the deploy. A variable called just ${name} counts when allowedSecrets in cf-deploy.config.ts names it.`,
      }),
    );
}
