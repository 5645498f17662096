import type { StoredBinding } from '../store/model/scripts.ts';
import type { Reader } from '../store/store.ts';
import type { BindingOwner } from './binding-kind.ts';
import { bindingKind } from './registry.ts';

/**
 * Refuses the first binding whose target does not exist in the account.
 * @throws ApiFailure with the code of the kind (10041, 10085, 10181, 11000, 10143, 10061, …).
 */
export function checkTargets(bindings: readonly StoredBinding[], owner: BindingOwner, reader: Reader): void {
  for (const binding of bindings) {
    const failed = bindingKind(binding.type)?.refuse?.(binding, owner, reader) ?? null;
    if (failed !== null) throw failed;
  }
}

/** True for bindings whose value is secret. */
export function isSecret(binding: StoredBinding): boolean {
  return bindingKind(binding.type)?.isSecret === true;
}
