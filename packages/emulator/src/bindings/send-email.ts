import { sendEmail } from '../runtime/bindings/plugins.ts';
import type { BindingKind } from './binding-kind.ts';
import { optional } from './fields.ts';

/** Sending e-mail, to one, some or all verified addresses. */
export const sendEmailBinding: BindingKind = {
  fields: {
    destination_address: optional,
    allowed_destination_addresses: optional,
    allowed_sender_addresses: optional,
  },
  runtime: sendEmail,
};
