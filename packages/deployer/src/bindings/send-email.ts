import { z } from 'zod';
import { bindingName, emailAddress, list, localName, remote } from '../shapes/primitives.ts';
import type { WorkerBinding } from './binding.ts';
import { compact, type Json } from '../json.ts';
import { defineBinding, keep } from './define-binding.ts';

/** E-mail sending, to any verified address or to the listed ones. */
export const sendEmail = defineBinding({
  label: 'E-mail sender',
  types: ['send_email'],
  section: 'send_email',
  schema: list(
    z.strictObject({
      name: bindingName,
      binding: localName.describe('Not looked at; `name` counts.').optional(),
      destination_address: emailAddress.optional(),
      allowed_destination_addresses: list(emailAddress).optional(),
      allowed_sender_addresses: list(emailAddress).optional(),
      remote,
    }),
  ),
  order: 50,
  fromConfig: (section) =>
    section.map((item) =>
      compact({
        name: item.name,
        type: 'send_email',
        destination_address: item.destination_address,
        allowed_destination_addresses: item.allowed_destination_addresses,
        allowed_sender_addresses: item.allowed_sender_addresses,
      }),
    ),
  check: (section) =>
    section.flatMap((item, index) =>
      item.destination_address === undefined || item.allowed_destination_addresses === undefined
        ? []
        : [
            {
              severity: 'error',
              code: 'exclusive-fields',
              path: `[${index}]`,
              message:
                'has both `destination_address` and `allowed_destination_addresses`; only one can count.',
              hint: 'Put the single address into `allowed_destination_addresses` and remove the other field.',
            },
          ],
    ),
  normalise: (binding) => ({
    ...keep(binding, ['destination_address']),
    ...sorted(binding, 'allowed_destination_addresses'),
    ...sorted(binding, 'allowed_sender_addresses'),
  }),
  describe: () => 'E-mail sender',
});

/** The order of addresses means nothing. */
function sorted(binding: WorkerBinding, field: string): Record<string, Json | undefined> {
  const value = binding[field];
  return Array.isArray(value) ? { [field]: value.map(String).toSorted() } : {};
}
