import { z } from 'zod';
import { bindingName, displayName, list, remote, resourceName } from '../shapes/primitives.ts';
import type { WorkerBinding } from './binding.ts';
import { compact, type Json } from '../json.ts';
import { defineBinding, keep } from './define-binding.ts';

const schema = list(
  z.strictObject({
    binding: bindingName,
    namespace: resourceName.optional(),
    outbound: z
      .strictObject({
        service: resourceName.describe('Worker that sees every request the dispatched Workers send.'),
        environment: resourceName.optional(),
        parameters: list(displayName(255)).describe('Names handed to it.').optional(),
      })
      .optional(),
    remote,
  }),
);

/** Workers for Platforms: dispatches to the Workers of a namespace. */
export const dispatchNamespace = defineBinding({
  label: 'Dispatch namespace',
  types: ['dispatch_namespace'],
  section: 'dispatch_namespaces',
  schema,
  order: 250,
  fromConfig: (section) => section.map((item) => uploadForm(item)),
  normalise: (binding) => {
    const kept = keep(binding, ['namespace']);
    const outbound = binding['outbound'] as
      { worker?: Record<string, Json | undefined>; params?: Json } | undefined;
    if (outbound === undefined || outbound === null) return kept;
    const { service, environment, entrypoint } = outbound.worker ?? {};
    const worker = compact({
      service,
      entrypoint,
      environment: environment === 'production' ? undefined : environment,
    });
    return { ...kept, outbound: { worker, params: outbound.params ?? [] } };
  },
  target: (binding) => ({ kind: 'dispatch-namespace', id: String(binding['namespace']) }),
  describe: (binding) => `Dispatch namespace ${String(binding['namespace'])}`,
});

function uploadForm({ binding, namespace, outbound }: z.output<typeof schema>[number]): WorkerBinding {
  if (namespace === undefined) return { name: binding, type: 'inherit' };
  const base = { name: binding, type: 'dispatch_namespace', namespace };
  if (outbound === undefined) return base;
  return {
    ...base,
    outbound: compact({
      worker: compact({ service: outbound.service, environment: outbound.environment }),
      params: outbound.parameters?.map((name) => ({ name })),
    }),
  };
}
