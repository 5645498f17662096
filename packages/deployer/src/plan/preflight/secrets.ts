import type { Plan } from '../plan.ts';
import type { Problem } from './problem.ts';

/** Required secrets that exist neither on Cloudflare nor here. */
export function checkSecrets(
  { release, actual }: Plan,
  hasSecret: (name: string) => boolean,
): readonly Problem[] {
  return missingSecrets(release.worker.secrets.required, actual.state.secrets)
    .filter((name) => !hasSecret(name))
    .map((name) => ({
      code: 'SECRET_MISSING',
      finding: {
        severity: 'error',
        code: 'secret-missing',
        path: `secrets.${name}`,
        message: `The required secret ${name} does not exist on Cloudflare and has no value here.`,
        hint: `Set ${name}_<TENANT>, or put ${name} into the tenant's .env file; it then travels with the deploy. A variable called just ${name} counts when allowedSecrets in cf-deploy.config.ts names it.`,
      },
    }));
}

/** Required secrets that the live Worker lacks. */
export function missingSecrets(required: readonly string[], live: readonly string[]): readonly string[] {
  return required.filter((name) => !live.includes(name));
}
