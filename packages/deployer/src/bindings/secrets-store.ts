import { z } from 'zod';
import { bindingName, displayName, list, resourceId } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Secrets Store: one secret of an account-wide store, by store and name. */
export const secretsStore = defineBinding({
  label: 'Secrets Store secret',
  types: ['secrets_store_secret'],
  section: 'secrets_store_secrets',
  schema: list(
    z.strictObject({
      binding: bindingName,
      store_id: resourceId,
      secret_name: displayName(255),
    }),
  ),
  order: 170,
  fromConfig: (section) =>
    section.map((item) => ({
      name: item.binding,
      type: 'secrets_store_secret',
      store_id: item.store_id,
      secret_name: item.secret_name,
    })),
  normalise: (binding) => keep(binding, ['store_id', 'secret_name']),
  describe: (binding) => `Secrets Store secret ${String(binding['secret_name'])}`,
});
