import { z } from 'zod';
import { workflowName, workflowSettings } from '../../bindings/workflow.ts';
import { inheritable } from '../../shapes/field.ts';
import { className, list, migrationTag, resourceName } from '../../shapes/primitives.ts';

const classes = list(className).optional();
const storage = z.enum(['sqlite', 'legacy-kv']);
const durable = z.literal('durable-object');

const exportEntry = z.union([
  z.strictObject({ type: durable, state: z.literal('created').optional(), storage }),
  z.strictObject({ type: durable, state: z.literal('deleted') }),
  z.strictObject({ type: durable, state: z.literal('renamed'), renamed_to: className }),
  z.strictObject({ type: durable, state: z.literal('transferred'), transferred_to: resourceName }),
  z.strictObject({
    type: durable,
    state: z.literal('expecting-transfer'),
    storage,
    transfer_from: resourceName,
  }),
  z.strictObject({
    type: z.literal('worker'),
    state: z.literal('created').optional(),
    cache: z.strictObject({ enabled: z.boolean() }).optional(),
  }),
  z.strictObject({ type: z.literal('workflow'), name: workflowName, ...workflowSettings }),
]);

/** Life of Durable Object classes, as steps (`migrations`) or as a state (`exports`). */
export const DURABLE_FIELDS = {
  migrations: inheritable(
    list(
      z.strictObject({
        tag: migrationTag,
        new_classes: classes,
        new_sqlite_classes: classes,
        renamed_classes: z.array(z.strictObject({ from: className, to: className })).optional(),
        deleted_classes: classes,
        transferred_classes: list(
          z.strictObject({ from: className, from_script: resourceName, to: className }),
        ).optional(),
      }),
    ),
  ),
  exports: inheritable(z.record(className, exportEntry)),
};
