import { z } from 'zod';
import { inheritable, perEnvironment, topLevel } from '../../shapes/field.ts';
import {
  className,
  displayName,
  filePath,
  glob,
  jsxName,
  lines,
  list,
  specifier,
} from '../../shapes/primitives.ts';

const paths = z.record(className, filePath);

/** How the Worker is built. */
export const BUILD_FIELDS = {
  main: inheritable(filePath.describe('Entry file, relative to this file.')),
  base_dir: inheritable(filePath.describe('Folder in which module rules look. Default: folder of `main`.')),
  find_additional_modules: inheritable(z.boolean().describe('Upload every file the rules match.')),
  preserve_file_names: inheritable(z.boolean().describe('Keep the names of collected modules.')),
  rules: inheritable(
    list(
      z.strictObject({
        type: z.enum(['ESModule', 'CommonJS', 'CompiledWasm', 'Text', 'Data']),
        globs: list(glob),
        fallthrough: z.boolean().optional(),
      }),
    ).describe('Which imports are modules of their own, and of which type.'),
  ),
  build: inheritable(
    z
      .strictObject({
        command: lines(8_192).describe('Run before bundling.').optional(),
        cwd: filePath.describe('Folder to run it in.').optional(),
        watch_dir: z
          .union([filePath, list(filePath)])
          .describe('For `wrangler dev`.')
          .optional(),
      })
      .describe('A build of your own.'),
  ),
  no_bundle: inheritable(z.boolean().describe('Upload `main` as it is.')),
  minify: inheritable(z.boolean()),
  keep_names: inheritable(z.boolean().describe('Keep names of functions and classes. Default: true.')),
  upload_source_maps: inheritable(z.boolean().describe('Default: true.')),
  tsconfig: inheritable(filePath.describe('Path of the tsconfig file to use.')),
  jsx_factory: inheritable(jsxName),
  jsx_fragment: inheritable(jsxName),
  define: perEnvironment(z.record(displayName(255), lines(65_536)).describe('Text replaced in the source.')),
  alias: topLevel(z.record(specifier, specifier).describe('Imports replaced by others.')),
  wasm_modules: topLevel(paths.describe('Service-worker format only.')),
  text_blobs: topLevel(paths.describe('Service-worker format only.')),
  data_blobs: topLevel(paths.describe('Service-worker format only.')),
};
