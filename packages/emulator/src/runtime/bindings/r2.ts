import { optionalText, textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/** R2 buckets, stored by their name and jurisdiction. */
export const r2: BindingRuntime = {
  part: (binding) => ({
    r2Buckets: {
      [binding.name]: bucketKey(textField(binding, 'bucket_name'), optionalText(binding, 'jurisdiction')),
    },
  }),
};

/** Storage key of a bucket: buckets of different jurisdictions may share a name. */
export function bucketKey(name: string, jurisdiction?: string): string {
  return jurisdiction === undefined || jurisdiction === 'default' ? name : `${name}.${jurisdiction}`;
}
