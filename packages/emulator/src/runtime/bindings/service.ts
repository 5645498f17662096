import { optionalText, textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';
import { compact, isObject } from '../../json.ts';

/** Other Workers of the account, by fetch and RPC. */
export const service: BindingRuntime = {
  part: (binding, context) => {
    const entrypoint = optionalText(binding, 'entrypoint');
    const ref = { name: textField(binding, 'service'), dispatchNamespace: null };
    const name = context.workerFor(ref, entrypoint);
    if (name === null) return null;
    const props = binding['props'];
    return {
      serviceBindings: {
        [binding.name]: {
          name,
          ...compact({ entrypoint }),
          ...(isObject(props) ? { props } : {}),
        },
      },
    };
  },
  targets: (binding) => [{ name: textField(binding, 'service'), dispatchNamespace: null }],
};
