import { z } from 'zod';
import { bindingName, list, remote, resourceName } from '../shapes/primitives.ts';
import type { Finding } from '../findings/finding.ts';
import { compact } from '../json.ts';
import { defineBinding, keep } from './define-binding.ts';

const schema = list(
  z.strictObject({
    binding: bindingName,
    stream: resourceName.optional(),
    pipeline: resourceName.describe('Deprecated name of `stream`.').optional(),
    remote,
  }),
);

/** Pipelines, by stream, or by the older name pipeline. */
export const pipeline = defineBinding({
  label: 'Pipeline',
  types: ['pipelines'],
  section: 'pipelines',
  schema,
  order: 270,
  fromConfig: (section) =>
    section.map((item) =>
      compact({ name: item.binding, type: 'pipelines', stream: item.stream, pipeline: item.pipeline }),
    ),
  check: (section) => section.flatMap((item, index) => checkItem(item, `[${index}]`)),
  // One resource under two names: compared under one.
  normalise: (binding) => ({
    ...keep(binding, []),
    pipeline: binding['pipeline'] ?? binding['stream'],
  }),
  describe: (binding) => `Pipeline ${String(binding['stream'] ?? binding['pipeline'])}`,
});

function checkItem(item: z.output<typeof schema>[number], path: string): readonly Finding[] {
  if ((item.stream === undefined) === (item.pipeline === undefined)) {
    return [
      {
        severity: 'error',
        code: 'exclusive-fields',
        path,
        message: 'must have exactly one of `stream` and `pipeline`.',
        hint: 'Name the stream with `stream`.',
      },
    ];
  }
  if (item.pipeline === undefined) return [];
  return [
    {
      severity: 'warning',
      code: 'deprecated-field',
      path: `${path}.pipeline`,
      message: 'is the deprecated name of `stream`.',
      hint: 'Rename it to `stream`.',
    },
  ];
}
