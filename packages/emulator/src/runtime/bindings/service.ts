import { isObject } from '../../body.ts';
import { optionalText, textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/** Other Workers of the account, by fetch and RPC. */
export const service: BindingRuntime = {
  types: ['service'],
  part: (binding, context) => {
    const name = context.workerFor({ name: textField(binding, 'service'), dispatchNamespace: null });
    if (name === null) return null;
    const entrypoint = optionalText(binding, 'entrypoint');
    const props = binding['props'];
    return {
      serviceBindings: {
        [binding.name]: {
          name,
          ...(entrypoint === undefined ? {} : { entrypoint }),
          ...(isObject(props) ? { props } : {}),
        },
      },
    };
  },
  targets: (binding) => [{ name: textField(binding, 'service'), dispatchNamespace: null }],
};
