import { z } from 'zod';
import { bindingName, filePath, list, urlPath, urlPathRule } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

const schema = z.strictObject({
  directory: filePath.describe('Folder of the files to serve, relative to this file.').optional(),
  binding: bindingName.optional(),
  html_handling: z
    .enum(['auto-trailing-slash', 'force-trailing-slash', 'drop-trailing-slash', 'none'])
    .optional(),
  not_found_handling: z.enum(['single-page-application', '404-page', 'none']).optional(),
  run_worker_first: z
    .union([z.boolean(), list(urlPathRule)])
    .describe('True, or the routes that reach the Worker before the files.')
    .optional(),
  base_path: urlPath.optional(),
});

/** The section as the file has it. */
export type AssetsSection = z.output<typeof schema>;

/** Static assets. The binding is optional; the files are the business of `assets/`. */
export const assets = defineBinding({
  label: 'Static assets',
  types: ['assets'],
  section: 'assets',
  inheritable: true,
  schema,
  order: 370,
  fromConfig: ({ binding }) => (binding === undefined ? [] : [{ name: binding, type: 'assets' }]),
  normalise: (binding) => keep(binding, []),
  describe: () => 'Static assets',
});
