import { BINDING_MODULES } from '../../bindings/registry.ts';
import { BUILD_FIELDS } from './build-fields.ts';
import { DURABLE_FIELDS } from './durable-fields.ts';
import type { FieldValues, WorkerField } from '../../shapes/field.ts';
import { RUNTIME_FIELDS } from './runtime-fields.ts';
import { TRIGGER_FIELDS } from './trigger-fields.ts';

const PLAIN_FIELDS = { ...RUNTIME_FIELDS, ...BUILD_FIELDS, ...TRIGGER_FIELDS, ...DURABLE_FIELDS };

/** Values of the fields that are not sections of bindings. */
export type PlainFields = FieldValues<typeof PLAIN_FIELDS>;

/** Every field of the wrangler file but `env`. The sections of bindings come from the registry. */
export const WORKER_FIELDS: ReadonlyMap<string, WorkerField> = new Map<string, WorkerField>([
  ...Object.entries(PLAIN_FIELDS),
  ...BINDING_MODULES.flatMap((module): [string, WorkerField][] =>
    module.section === null || module.schema === null
      ? []
      : [
          [
            module.section,
            { scope: module.inheritable === true ? 'inheritable' : 'environment', schema: module.schema },
          ],
        ],
  ),
]);
