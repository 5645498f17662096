import { z } from 'zod';
import { inheritable, topLevel } from '../../shapes/field.ts';
import {
  accountId,
  compatibilityFlag,
  hostname,
  integer,
  jsonObject,
  line,
  list,
  packagePattern,
  region,
  SCRIPT_NAME,
} from '../../shapes/primitives.ts';

import { SETTING_FIELDS } from './setting-fields.ts';

/** What the Worker is called and how it runs. */
export const RUNTIME_FIELDS = {
  $schema: topLevel(line(2_048).describe('JSON Schema of this file, for editors.')),
  name: inheritable(
    z
      .string()
      .max(255, { abort: true })
      .regex(
        SCRIPT_NAME,
        'must be lower-case letters, digits, dashes and underscores, and not begin with a dash',
      )
      .describe('Name of the Worker. An environment without one gets `<name>-<environment>`.'),
  ),
  account_id: inheritable(
    z.union([z.literal(''), accountId]).describe('Account. Must equal accountId of tenant.config.json.'),
  ),
  compatibility_date: inheritable(
    z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as "2026-02-01"')
      .describe('Version of the runtime, as a date.'),
  ),
  compatibility_flags: inheritable(list(compatibilityFlag)),
  limits: inheritable(
    z.strictObject({
      cpu_ms: integer(1, 300_000).describe('CPU milliseconds per request.').optional(),
      subrequests: integer(1, 10_000_000).describe('Subrequests per request.').optional(),
    }),
  ),
  placement: inheritable(
    z
      .strictObject({
        mode: z.enum(['off', 'smart', 'targeted']).optional(),
        hint: region.optional(),
        region: region.optional(),
        host: hostname.optional(),
        hostname: hostname.optional(),
      })
      .describe('Where the Worker runs: "smart", or near a region, host or hostname.'),
  ),
  cache: inheritable(z.strictObject({ enabled: z.boolean(), cross_version_cache: z.boolean().optional() })),
  ...SETTING_FIELDS,
  keep_vars: topLevel(z.boolean().describe('Keep variables that were set in the dashboard.')),
  compliance_region: inheritable(
    z.literal(
      'public',
      'must be "public": the FedRAMP High region has an API of its own, which is not supported',
    ),
  ),
  /** Fields that only other commands of wrangler look at: accepted, and without effect on a deploy. */
  previews: inheritable(jsonObject.describe('For `wrangler preview`; no effect here.')),
  access: inheritable(jsonObject.describe('For `wrangler dev`; no effect here.')),
  dev: topLevel(jsonObject.describe('For `wrangler dev`; no effect here.')),
  send_metrics: topLevel(z.boolean().describe('For wrangler itself; no effect here.')),
  dependencies_instrumentation: topLevel(
    z
      .strictObject({
        enabled: z.boolean().describe('Default: true.').optional(),
        exclude_packages: list(packagePattern).describe('Names; "*" is any text.').optional(),
      })
      .describe('Whether an upload lists the names and versions of installed packages.'),
  ),
};
