import { z } from 'zod';
import { displayName, line } from './primitives.ts';

const share = z.union([
  z.number().int().min(0),
  z.string().regex(/^\d{1,9}$|^(100|\d{1,2})%$/, 'must be a count such as 2, or a share such as "5%"'),
]);

/** A wave as a project or a flag asks for it. */
export const waveSchema = z.strictObject({
  name: displayName(255).optional(),
  label: z
    .union([line(255), z.array(line(255)).min(1).max(50)])
    .describe('Conditions on labels, all of which must hold: "tier=gold".')
    .optional(),
  count: z.number().int().min(1).describe('So many of the targets left.').optional(),
  percent: z.number().gt(0).max(100).describe('That share of all targets, rounded up.').optional(),
  bakeSeconds: z
    .number()
    .min(0)
    .describe('Seconds that the wave must stay healthy before the next begins.')
    .optional(),
  gate: z.enum(['auto', 'manual']).describe('"manual" pauses after the wave.').optional(),
});

/** How releases go through their targets, as a project says it. */
export const rolloutSchema = z.strictObject({
  canary: z
    .union([z.literal('auto'), z.number().int().min(1)])
    .describe(
      'A first wave: "auto" has one target of every distinct shape of configuration; a number so many.',
    )
    .optional(),
  bakeSeconds: z.number().min(0).describe('Seconds that the canary must stay healthy.').optional(),
  waves: z.array(waveSchema).describe('Waves after the canary; who is left is the last one.').optional(),
  parallel: z.number().int().min(1).max(999).describe('Targets at once; 1 unless said.').optional(),
  failureBudget: share
    .describe('Failures that are borne: a count, or a share such as "5%"; 0 unless said.')
    .optional(),
  metrics: z
    .enum(['required', 'off'])
    .describe(
      'Whether a wave’s errors are compared, while it is watched, with those of targets that still wait; "off" unless said.',
    )
    .optional(),
  onFailure: z
    .enum(['stop', 'rollback-wave', 'rollback-release'])
    .describe('What happens when the budget is used up; "stop" unless said.')
    .optional(),
});

/** A wave as a project or a flag asks for it. */
export type WaveRequest = z.output<typeof waveSchema>;
/** How a release is to go through its targets, as far as somebody said. */
export type RolloutRequest = z.output<typeof rolloutSchema>;
