import { failure } from '../../api/errors.ts';
import { bindingKind } from '../../bindings/registry.ts';
import type { StoredBinding } from '../../store/model/scripts.ts';
import { MAX_VARIABLE_BYTES, PLAN_LIMITS } from '../account/limits.ts';

/**
 * Size of each variable and secret, and their number together.
 * @throws 10054 too large, 10055 too many.
 */
export function checkVariables(bindings: readonly StoredBinding[], plan: 'free' | 'paid'): void {
  const variables = bindings.filter((binding) => bindingKind(binding.type)?.isVariable === true);
  for (const variable of variables) {
    if (sizeOf(variable) > MAX_VARIABLE_BYTES) {
      throw failure('variableTooLarge', `Variable '${variable.name}' exceeds the size limit of 5 KB.`);
    }
  }
  const limit = PLAN_LIMITS[plan].variables;
  if (variables.length > limit) {
    throw failure(
      'tooManyVariables',
      `The Worker has ${variables.length} variables and secrets; ${limit} are allowed.`,
    );
  }
}

function sizeOf(variable: StoredBinding): number {
  const value = variable['text'] ?? variable['json'] ?? variable['key_base64'] ?? variable['key_jwk'] ?? '';
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
}
