import type { BindingModule } from './binding.ts';
import { keep } from './define-binding.ts';

/** Compiled WebAssembly of a service-worker format script. The bundler makes these bindings: each names a form part. */
export const wasmModule = partBinding('WebAssembly module', 'wasm_module', 300);

/** A text file of a service-worker format script. */
export const textBlob = partBinding('Text blob', 'text_blob', 380);

/** A data file of a service-worker format script. */
export const dataBlob = partBinding('Data blob', 'data_blob', 390);

function partBinding(label: string, type: string, order: number): BindingModule {
  return {
    label,
    types: [type],
    section: null,
    schema: null,
    order,
    normalise: (binding) => keep(binding, []),
    describe: () => label,
  };
}
