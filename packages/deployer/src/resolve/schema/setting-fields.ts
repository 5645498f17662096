import { z } from 'zod';
import { inheritable, perEnvironment, type FieldValues } from '../../shapes/field.ts';
import { displayName, list, resourceName, samplingRate } from '../../shapes/primitives.ts';

const telemetry = {
  enabled: z.boolean().optional(),
  head_sampling_rate: samplingRate.describe('Share of requests, 0 to 1.').optional(),
  persist: z.boolean().optional(),
  destinations: list(displayName(255)).optional(),
};

const consumers = list(
  z.strictObject({
    service: resourceName.describe('Name of the Worker.'),
    environment: resourceName.optional(),
  }),
);

/**
 * Settings of the script, not of a version, by the name they have in the file and in the API. What is compared and sent
 * of each is a row of `sections/parts/settings.ts`.
 */
export const SETTING_FIELDS = {
  observability: inheritable(
    z
      .strictObject({
        enabled: z.boolean().optional(),
        head_sampling_rate: telemetry.head_sampling_rate,
        redact_query_string: z.boolean().optional(),
        issues: z.strictObject({ enabled: z.boolean().optional() }).optional(),
        logs: z.strictObject({ ...telemetry, invocation_logs: z.boolean().optional() }).optional(),
        traces: z.strictObject(telemetry).optional(),
      })
      .describe('Logs and traces kept by Cloudflare.'),
  ),
  logpush: inheritable(z.boolean().describe('Send trace events to Logpush.')),
  tail_consumers: perEnvironment(consumers.describe('Workers that receive the logs.')),
  streaming_tail_consumers: perEnvironment(list(z.strictObject({ service: resourceName }))),
};

/** Script-level settings. Undefined: the file does not say. */
export type ScriptSettings = FieldValues<typeof SETTING_FIELDS>;

/** The settings among the values of a file. */
export function settingsOf(values: ScriptSettings): ScriptSettings {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => Object.hasOwn(SETTING_FIELDS, name) && value !== undefined,
    ),
  );
}
