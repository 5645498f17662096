import type { BindingRuntime } from './binding-runtime.ts';
import { isObject } from '../../json.ts';

/** Rate limits, counted in the process of the Worker. */
export const ratelimit: BindingRuntime = {
  part: (binding) => {
    const simple = isObject(binding['simple']) ? binding['simple'] : {};
    const period = simple['period'] === 10 ? 10 : 60;
    return { ratelimits: { [binding.name]: { simple: { limit: Number(simple['limit']), period } } } };
  },
};
