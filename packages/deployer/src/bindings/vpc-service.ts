import { z } from 'zod';
import { bindingName, list, remote, resourceId } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** VPC service: a service in a private network, by id. */
export const vpcService = defineBinding({
  label: 'VPC service',
  types: ['vpc_service'],
  section: 'vpc_services',
  schema: list(
    z.strictObject({
      binding: bindingName,
      service_id: resourceId,
      remote,
    }),
  ),
  order: 215,
  fromConfig: (section) =>
    section.map((item) => ({ name: item.binding, type: 'vpc_service', service_id: item.service_id })),
  normalise: (binding) => keep(binding, ['service_id']),
  describe: (binding) => `VPC service ${String(binding['service_id'])}`,
});
