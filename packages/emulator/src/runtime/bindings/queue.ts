import { standIn } from '../plan/worker-part.ts';
import { textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/** Producers. Messages go to our own broker, which outlives the process of the Worker. */
export const queue: BindingRuntime = {
  part: (binding) => ({
    wrappedBindings: {
      [binding.name]: standIn('queue', {
        QUEUE: textField(binding, 'queue_name'),
        DELAY: Number(binding['delivery_delay'] ?? 0),
      }),
    },
  }),
};
