import { z } from 'zod';
import { inheritable, perEnvironment, topLevel } from '../../shapes/field.ts';
import { nonEmpty } from '../../shapes/primitives.ts';

const paths = z.record(z.string(), nonEmpty);

/** How the Worker is built. */
export const BUILD_FIELDS = {
  main: inheritable(nonEmpty.describe('Entry file, relative to this file.')),
  base_dir: inheritable(nonEmpty.describe('Folder in which module rules look. Default: folder of `main`.')),
  find_additional_modules: inheritable(z.boolean().describe('Upload every file the rules match.')),
  preserve_file_names: inheritable(z.boolean().describe('Keep the names of collected modules.')),
  rules: inheritable(
    z
      .array(
        z.strictObject({
          type: z.enum(['ESModule', 'CommonJS', 'CompiledWasm', 'Text', 'Data']),
          globs: z.array(nonEmpty),
          fallthrough: z.boolean().optional(),
        }),
      )
      .describe('Which imports are modules of their own, and of which type.'),
  ),
  build: inheritable(
    z
      .strictObject({
        command: nonEmpty.describe('Run before bundling.').optional(),
        cwd: nonEmpty.describe('Folder to run it in.').optional(),
        watch_dir: z
          .union([nonEmpty, z.array(nonEmpty)])
          .describe('For `wrangler dev`.')
          .optional(),
      })
      .describe('A build of your own.'),
  ),
  no_bundle: inheritable(z.boolean().describe('Upload `main` as it is.')),
  minify: inheritable(z.boolean()),
  keep_names: inheritable(z.boolean().describe('Keep names of functions and classes. Default: true.')),
  upload_source_maps: inheritable(z.boolean().describe('Default: true.')),
  tsconfig: inheritable(nonEmpty.describe('Path of the tsconfig file to use.')),
  jsx_factory: inheritable(nonEmpty),
  jsx_fragment: inheritable(nonEmpty),
  define: perEnvironment(z.record(z.string(), z.string()).describe('Text replaced in the source.')),
  alias: topLevel(z.record(z.string(), nonEmpty).describe('Imports replaced by others.')),
  wasm_modules: topLevel(paths.describe('Service-worker format only.')),
  text_blobs: topLevel(paths.describe('Service-worker format only.')),
  data_blobs: topLevel(paths.describe('Service-worker format only.')),
};
