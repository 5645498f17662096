import { assetsName, workerName } from '../plan/worker-name.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/** The version's own static assets. */
export const assets: BindingRuntime = {
  part: (binding, { script, version }) =>
    version.assets === null
      ? null
      : { serviceBindings: { [binding.name]: { name: assetsName(workerName(script, version.id)) } } },
};
