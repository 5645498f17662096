import { z } from 'zod';
import { bindingName, className, integer, list, resourceName } from '../shapes/primitives.ts';
import type { BindingModule } from './binding.ts';
import { compact } from '../json.ts';
import { defineBinding, keep } from './define-binding.ts';

const item = z.strictObject({
  name: bindingName,
  class_name: className.describe('Class that the Worker, or `script_name`, exports.'),
  script_name: resourceName.describe('Worker that has the class, when it is another one.').optional(),
  environment: resourceName.describe('Service environment of `script_name`.').optional(),
});

const schema = z.strictObject({
  bindings: list(item).optional(),
  code_update_strategy: z
    .discriminatedUnion('mode', [
      z.strictObject({ mode: z.literal('immediate') }),
      z.strictObject({
        mode: z.literal('deferred'),
        max_delay: integer(0, 86_400).describe('Seconds running objects may keep the old code.').optional(),
      }),
    ])
    .describe('When running Durable Objects take new code. Default: deferred, 300 seconds.')
    .optional(),
});

/** The section as the file has it. */
export type DurableObjectsSection = z.output<typeof schema>;

/** Durable Objects, by class. Whether the class is exported is checked against the bundle. */
export const durableObject: BindingModule = defineBinding({
  label: 'Durable Object',
  types: ['durable_object_namespace'],
  section: 'durable_objects',
  schema,
  order: 60,
  fromConfig: (section) =>
    (section.bindings ?? []).map((binding) =>
      compact({
        name: binding.name,
        type: 'durable_object_namespace',
        class_name: binding.class_name,
        script_name: binding.script_name,
        environment: binding.environment,
      }),
    ),
  check: (section) =>
    (section.bindings ?? []).flatMap((binding, index) =>
      binding.environment === undefined || binding.script_name !== undefined
        ? []
        : [
            {
              severity: 'error',
              code: 'missing-field',
              path: `.bindings[${index}]`,
              message: 'has an `environment` but no `script_name` it could belong to.',
              hint: 'Add `script_name`, or remove `environment`.',
            },
          ],
    ),
  // The answer adds namespace_id, and names the own script or leaves it out; neither is a difference.
  normalise: (binding, { scriptName }) => {
    const kept = keep(binding, ['class_name', 'dispatch_namespace']);
    const script = binding['script_name'];
    const environment = binding['environment'];
    return {
      ...kept,
      ...(script === undefined || script === scriptName ? {} : { script_name: script }),
      ...(environment === undefined || environment === 'production' ? {} : { environment }),
    };
  },
  describe: (binding) =>
    binding['script_name'] === undefined
      ? `Durable Object ${String(binding['class_name'])}`
      : `Durable Object ${String(binding['class_name'])} of ${String(binding['script_name'])}`,
});
