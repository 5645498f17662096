import { z } from 'zod';
import {
  bindingName,
  className,
  displayName,
  jsonObject,
  list,
  remote,
  resourceName,
} from '../shapes/primitives.ts';
import { compact } from '../json.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Service bindings: other Workers of the account, or this one. */
export const service = defineBinding({
  label: 'Service',
  types: ['service'],
  section: 'services',
  schema: list(
    z.strictObject({
      binding: bindingName,
      service: resourceName.describe('Name of the Worker.'),
      environment: resourceName.describe('Service environment of that Worker.').optional(),
      entrypoint: className.describe('Class it exports; its default export when left out.').optional(),
      props: jsonObject.describe('Handed to the entrypoint as ctx.props.').optional(),
      cross_account_grant: displayName(4_096).optional(),
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
