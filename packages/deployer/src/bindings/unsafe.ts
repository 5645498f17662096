import { z } from 'zod';
import { bindingName, json, jsonObject, list, resourceName } from '../shapes/primitives.ts';
import type { WorkerBinding } from './binding.ts';
import { defineBinding } from './define-binding.ts';

const schema = z.strictObject({
  bindings: list(
    z
      .object({
        name: bindingName,
        type: resourceName,
        dev: jsonObject.describe('Local development only.').optional(),
      })
      .catchall(json),
  )
    .describe('Passed on as they are: kinds of binding this tool does not know yet.')
    .optional(),
  metadata: jsonObject.describe('Top-level keys of the upload metadata; they win over ours.').optional(),
});

/** The section as the file has it. */
export type UnsafeSection = z.output<typeof schema>;

/** Bindings passed on unseen. They stand last, and compare as a whole. */
export const unsafe = defineBinding({
  label: 'Unsafe binding',
  types: [],
  section: 'unsafe',
  schema,
  order: 900,
  fromConfig: (section) => (section.bindings ?? []).map((binding) => withoutDev(binding)),
  check: () => [
    {
      severity: 'info',
      code: 'unsafe-field',
      path: '',
      message: 'passes settings on unchecked; they may change or break at any time.',
    },
  ],
  normalise: (binding) => binding,
  describe: (binding) => `${binding.type} (unsafe)`,
});

/** `dev` configures local development; everything else goes up. */
function withoutDev(binding: WorkerBinding): WorkerBinding {
  const fields = Object.entries(binding).filter(([field]) => field !== 'dev');
  return { name: binding.name, type: binding.type, ...Object.fromEntries(fields) };
}
