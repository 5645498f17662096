import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildOptions } from '../resolve/resolved-worker.ts';
import { BundleError } from '../errors.ts';
import type { Bundle, BundleModule } from './bundle.ts';
import type { CollectedModule } from './modules/collected-module.ts';
import { CONTENT_TYPES, type RuleType } from './modules/rules.ts';
import { globalName } from './plugins/collect-modules.ts';

/** Modules of a service worker, which are globals, not imports. */
export interface BoundModules {
  readonly modules: readonly BundleModule[];
  readonly bindings: Bundle['bindings'];
}

const BINDING_TYPES: Partial<Record<RuleType, string>> = {
  CompiledWasm: 'wasm_module',
  Text: 'text_blob',
  Data: 'data_blob',
};

/**
 * Files the wrangler file binds: `wasm_modules`, `text_blobs`, `data_blobs`.
 *
 * @param inside throws for a file that must not be read
 * @throws BundleError BUNDLE_FAILED when one cannot or must not be read
 */
export async function blobModules(
  build: Pick<BuildOptions, 'wasmModules' | 'textBlobs' | 'dataBlobs'>,
  inside: (file: string) => void,
): Promise<BoundModules> {
  const sections: [RuleType, Readonly<Record<string, string>>][] = [
    ['CompiledWasm', build.wasmModules],
    ['Text', build.textBlobs],
    ['Data', build.dataBlobs],
  ];
  const files = sections.flatMap(([type, blobs]) =>
    Object.entries(blobs).map(async ([name, file]) => {
      inside(file);
      return boundModule(name, type, await readBlob(name, file));
    }),
  );
  return combine(await Promise.all(files));
}

/** Imported files, bound under the global the import was replaced by. */
export function collectedBlobs(collected: readonly CollectedModule[]): BoundModules {
  return combine(collected.map(({ name, type, bytes }) => boundModule(globalName(name), type, bytes)));
}

async function readBlob(name: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new BundleError(
      'BUNDLE_FAILED',
      `The file bound as ${name}, ${path.basename(file)}, cannot be read.`,
      {
        hint: 'Correct its path in wasm_modules, text_blobs or data_blobs.',
        cause,
      },
    );
  }
}

function boundModule(name: string, type: RuleType, bytes: Uint8Array) {
  return {
    module: { name, contentType: CONTENT_TYPES[type], bytes } satisfies BundleModule,
    binding: { type: BINDING_TYPES[type] ?? 'data_blob', name, part: name },
  };
}

function combine(bound: readonly ReturnType<typeof boundModule>[]): BoundModules {
  return { modules: bound.map(({ module }) => module), bindings: bound.map(({ binding }) => binding) };
}
