import { describeBinding } from '../../bindings/convert.ts';
import type { Plan } from '../plan.ts';
import type { Problem } from './problem.ts';

/**
 * Bindings that would take the place of a live secret: its value would be lost for good. wrangler warns in a terminal and
 * replaces it in CI.
 */
export function checkReplacedSecrets({ release, actual }: Plan): readonly Problem[] {
  const live = new Set(actual.state.secrets);
  return release.worker.bindings
    .filter(({ name, type }) => type !== 'inherit' && live.has(name))
    .map((binding) => ({
      code: 'CONFIG_INVALID',
      finding: {
        severity: 'error',
        code: 'replaces-secret',
        path: `bindings.${binding.name}`,
        message: `${binding.name} is a secret of the live Worker; the file has a ${describeBinding(binding).toLowerCase()} of that name, which would replace it for good.`,
        hint: `Rename the one in the file, or remove the secret first: cf-deploy secrets delete ${binding.name}.`,
      },
    }));
}
