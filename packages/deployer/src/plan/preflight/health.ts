import { problem, type Problem } from '../../sections/problem.ts';
import type { PreflightInputs } from './inputs.ts';

/** A health check without the secret it is to send would call a well Worker "cannot tell". */
export function checkHealthSecrets({
  plan,
  hasSecret,
}: Pick<PreflightInputs, 'plan' | 'hasSecret'>): readonly Problem[] {
  const { health } = plan.release.worker;
  if (health === false) return [];
  return Object.entries(health.secretHeaders)
    .filter(([, { secret }]) => !hasSecret(secret))
    .map(([header, { secret }]) =>
      problem('SECRET_MISSING', {
        rule: 'health-secret-missing',
        path: `healthCheck.headers.${header}`,
        message: `The health check sends secret ${secret} as ${header}, and it has no value here.`,
        hint: `Set ${secret}_<TENANT>, or put ${secret} into the tenant's .env file.`,
      }),
    );
}
