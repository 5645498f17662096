import { z } from 'zod';
import { bindingName, jsonObject, jurisdiction, list, localName, remote } from '../shapes/primitives.ts';
import { compact } from '../json.ts';
import { defineBinding, keep } from './define-binding.ts';

// Source: "Create new buckets" in the R2 documentation, and wrangler's check.
const bucketName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    'must be a bucket name: 3 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends',
  );

/** R2 buckets. Without a bucket name the bucket bound now under that name stays (`inherit`). */
export const r2 = defineBinding({
  label: 'R2 bucket',
  types: ['r2_bucket'],
  section: 'r2_buckets',
  schema: list(
    z.strictObject({
      binding: bindingName,
      bucket_name: bucketName.optional(),
      preview_bucket_name: localName.describe('Local development only.').optional(),
      jurisdiction: jurisdiction.describe('eu, us, fedramp or fedramp-high.').optional(),
      local_dev: jsonObject.describe('Local development only.').optional(),
      remote,
    }),
  ),
  order: 90,
  fromConfig: (section) =>
    section.map((item) =>
      item.bucket_name === undefined
        ? { name: item.binding, type: 'inherit' }
        : compact({
            name: item.binding,
            type: 'r2_bucket',
            bucket_name: item.bucket_name,
            jurisdiction: item.jurisdiction,
          }),
    ),
  normalise: (binding) => keep(binding, ['bucket_name', 'jurisdiction']),
  target: (binding) => ({
    kind: 'r2-bucket',
    id: String(binding['bucket_name']),
    ...(typeof binding['jurisdiction'] === 'string' ? { jurisdiction: binding['jurisdiction'] } : {}),
  }),
  describe: (binding) => `R2 bucket ${String(binding['bucket_name'])}`,
});
