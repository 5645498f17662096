import { z } from 'zod';
import { bindingName, remote } from '../shapes/primitives.ts';
import type { BindingModule } from './binding.ts';
import { defineBinding, keep } from './define-binding.ts';

/**
 * A kind that a Worker has at most once and that has nothing but a name: `{ "binding": "IMAGES" }`. Such kinds differ
 * in three words, which their files give.
 */
export function singleton(kind: {
  readonly label: string;
  readonly type: string;
  readonly section: string;
  readonly order: number;
}): BindingModule {
  return defineBinding({
    label: kind.label,
    types: [kind.type],
    section: kind.section,
    schema: z.strictObject({ binding: bindingName, remote }).describe(`${kind.label} binding.`),
    order: kind.order,
    fromConfig: (section) => [{ name: section.binding, type: kind.type }],
    normalise: (binding) => keep(binding, []),
    describe: () => kind.label,
  });
}
