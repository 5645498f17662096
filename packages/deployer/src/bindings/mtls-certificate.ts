import { z } from 'zod';
import { bindingName, list, remote, resourceId, UUID } from '../shapes/primitives.ts';
import { defineBinding, keep, malformedId } from './define-binding.ts';

/** mTLS: a client certificate to present when fetching, by id. */
export const mtlsCertificate = defineBinding({
  label: 'mTLS certificate',
  types: ['mtls_certificate'],
  section: 'mtls_certificates',
  schema: list(
    z.strictObject({
      binding: bindingName,
      certificate_id: resourceId,
      remote,
    }),
  ),
  order: 260,
  fromConfig: (section) =>
    section.map((item) => ({
      name: item.binding,
      type: 'mtls_certificate',
      certificate_id: item.certificate_id,
    })),
  check: (section) =>
    section.flatMap((item, index) =>
      malformedId(item.certificate_id, `[${index}].certificate_id`, {
        pattern: UUID,
        form: 'a UUID',
        list: 'wrangler mtls-certificate list',
      }),
    ),
  normalise: (binding) => keep(binding, ['certificate_id']),
  describe: (binding) => `mTLS certificate ${String(binding['certificate_id'])}`,
});
