import { z } from 'zod';
import { bindingName, list, remote, resourceId } from '../shapes/primitives.ts';
import { compact } from '../json.ts';
import { defineBinding, keep } from './define-binding.ts';

/** VPC network: a private network, through a tunnel or by its id. */
export const vpcNetwork = defineBinding({
  label: 'VPC network',
  types: ['vpc_network'],
  section: 'vpc_networks',
  schema: list(
    z.strictObject({
      binding: bindingName,
      tunnel_id: resourceId.optional(),
      network_id: resourceId.optional(),
      remote,
    }),
  ),
  order: 220,
  fromConfig: (section) =>
    section.map((item) =>
      compact({
        name: item.binding,
        type: 'vpc_network',
        tunnel_id: item.tunnel_id,
        network_id: item.network_id,
      }),
    ),
  check: (section) =>
    section.flatMap((item, index) =>
      (item.tunnel_id === undefined) === (item.network_id === undefined)
        ? [
            {
              severity: 'error',
              code: 'exclusive-fields',
              path: `[${index}]`,
              message: 'must have exactly one of `tunnel_id` and `network_id`.',
              hint: 'Keep the one that leads to your network.',
            },
          ]
        : [],
    ),
  normalise: (binding) => keep(binding, ['tunnel_id', 'network_id', 'identity']),
  describe: (binding) => `VPC network ${String(binding['tunnel_id'] ?? binding['network_id'])}`,
});
