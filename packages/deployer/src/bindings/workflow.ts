import { z } from 'zod';
import {
  bindingName,
  className,
  cron,
  integer,
  json,
  jurisdiction,
  list,
  remote,
  resourceName,
} from '../shapes/primitives.ts';
import { compact } from '../json.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Settings of a workflow that go to the workflows endpoint; shared with `exports` entries of type workflow. */
export const workflowSettings = {
  limits: z.strictObject({ steps: integer(1, 1_000_000).optional() }).optional(),
  concurrency: z.strictObject({ limit: integer(1, 1_000_000).optional() }).optional(),
  schedules: z.union([cron, list(cron).min(1, 'must not be an empty list')]).optional(),
  default_retention: z
    .strictObject({ success_retention: json.optional(), error_retention: json.optional() })
    .describe('How long finished instances are kept: milliseconds, or text such as "3 days".')
    .optional(),
  jurisdiction: jurisdiction.optional(),
};

/** A workflow's name. Source: wrangler's check. */
export const workflowName = z
  .string()
  .regex(
    /^[a-zA-Z0-9_][a-zA-Z0-9_-]{0,63}$/,
    'must be 1 to 64 letters, digits, dashes or underscores and not begin with a dash',
  );

const schema = list(
  z.strictObject({
    binding: bindingName,
    name: workflowName,
    class_name: className.describe('Class that the Worker, or `script_name`, exports.'),
    script_name: resourceName.describe('Worker that has the class, when it is another one.').optional(),
    remote,
    ...workflowSettings,
  }),
);

/** The section as the file has it. */
export type WorkflowsSection = z.output<typeof schema>;

/** Workflows, by name and class. Settings do not travel in the upload but to the workflows endpoint. */
export const workflow = defineBinding({
  label: 'Workflow',
  types: ['workflow'],
  section: 'workflows',
  schema,
  order: 70,
  fromConfig: (section) =>
    section.map((item) =>
      compact({
        type: 'workflow',
        name: item.binding,
        workflow_name: item.name,
        class_name: item.class_name,
        script_name: item.script_name,
      }),
    ),
  normalise: (binding, { scriptName }) => ({
    ...keep(binding, ['workflow_name', 'class_name']),
    ...(binding['script_name'] === undefined || binding['script_name'] === scriptName
      ? {}
      : { script_name: binding['script_name'] }),
  }),
  describe: (binding) => `Workflow ${String(binding['workflow_name'])}`,
});
