import { failure } from '../api/errors.ts';
import { isObject } from '../json.ts';
import type { Json } from '../json.ts';
import { dispatchNamespace } from '../runtime/bindings/dispatch-namespace.ts';
import { keyOf } from '../store/documents.ts';
import { textOf } from './binding-kind.ts';
import type { BindingKind } from './binding-kind.ts';
import { required, optional } from './fields.ts';

/** A dispatch namespace of Workers for Platforms. */
export const dispatchNamespaceBinding: BindingKind = {
  fields: { namespace: required(), outbound: optional },
  runtime: dispatchNamespace,
  refuse: (binding, { accountId }, reader) => {
    const name = textOf(binding, 'namespace');
    return reader.get('dispatchNamespace', keyOf(accountId, name)) === undefined
      ? failure('bindingDispatchMissing', `Dispatch namespace '${name}' not found.`)
      : null;
  },
  uses: { as: 'dispatchOutbounds', name: ({ outbound }) => outboundWorker(outbound) },
};

function outboundWorker(outbound: Json | undefined): Json | undefined {
  const worker = isObject(outbound) ? outbound['worker'] : undefined;
  return isObject(worker) ? worker['service'] : undefined;
}
