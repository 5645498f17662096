import { z } from 'zod';
import { bindingName, jsonObject, nonEmpty, remote } from '../shapes/primitives.ts';
import { compact, defineBinding, keep } from './define-binding.ts';

/** Service bindings: other Workers of the account, or this one. */
export const service = defineBinding({
  label: 'Service',
  types: ['service'],
  section: 'services',
  schema: z.array(
    z.strictObject({
      binding: bindingName,
      service: nonEmpty.describe('Name of the Worker.'),
      environment: nonEmpty.describe('Service environment of that Worker.').optional(),
      entrypoint: nonEmpty.describe('Class it exports; its default export when left out.').optional(),
      props: jsonObject.describe('Handed to the entrypoint as ctx.props.').optional(),
      cross_account_grant: nonEmpty.optional(),
      remote,
    }),
  ),
  order: 230,
  fromConfig: (section) =>
    section.map((item) =>
      compact({
        name: item.binding,
        type: 'service',
        service: item.service,
        environment: item.environment,
        entrypoint: item.entrypoint,
        props: item.props,
        cross_account_grant: item.cross_account_grant,
      }),
    ),
  // The answer adds environment "production"; props and grants are never returned, so they cannot be compared.
  normalise: (binding) => {
    const environment = binding['environment'];
    return {
      ...keep(binding, ['service', 'entrypoint']),
      ...(environment === undefined || environment === 'production' ? {} : { environment }),
    };
  },
  target: (binding) => ({ kind: 'worker', id: String(binding['service']) }),
  describe: (binding) =>
    binding['entrypoint'] === undefined
      ? `Worker ${String(binding['service'])}`
      : `Worker ${String(binding['service'])}, entrypoint ${String(binding['entrypoint'])}`,
});
