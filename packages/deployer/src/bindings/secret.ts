import { z } from 'zod';
import { list, secretName } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/**
 * Secrets, declared by name in `secrets.required`. They make no binding here: their values join the upload, or live on
 * as `inherit` bindings, once the deploy knows which. Their normal form is the name alone.
 */
export const secret = defineBinding({
  label: 'Secret',
  types: ['secret_text', 'secret_key'],
  section: 'secrets',
  schema: z.strictObject({ required: list(secretName).optional() }),
  order: 30,
  normalise: (binding) => keep(binding, []),
  describe: () => 'Secret',
});
