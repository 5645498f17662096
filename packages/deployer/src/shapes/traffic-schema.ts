import { z } from 'zod';

/** Longest bake time of a step, seconds: a day. */
const LONGEST_BAKE = 86_400;
const MOST_STEPS = 20;

/** How a new version is given traffic: all of it, or step by step. */
export const STRATEGIES = ['at-once', 'gradual'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** When a new version is asked before it has traffic. */
export const BEFORE_TRAFFIC = ['auto', 'always', 'never'] as const;
export type VerifyBefore = (typeof BEFORE_TRAFFIC)[number];

const stepSchema = z.strictObject({
  percent: z
    .number()
    .gt(0)
    .lt(100)
    .describe('Share of the requests that the new version gets; what is left stays with the old one.'),
  bakeSeconds: z
    .number()
    .min(0)
    .max(LONGEST_BAKE)
    .describe('Seconds that both versions are watched with these shares. Default: 300.')
    .optional(),
});

/**
 * How a new version of one Worker gets its traffic. Not to be taken for `rollout`, which says in which order a release goes
 * through many Workers.
 */
export const trafficSchema = z.strictObject({
  strategy: z
    .enum(STRATEGIES)
    .describe('"gradual" gives a new version its traffic step by step. Default: "at-once".')
    .optional(),
  steps: z
    .array(stepSchema)
    .min(1)
    .max(MOST_STEPS)
    .refine(
      (steps) => steps.every(({ percent }, index) => percent > (steps[index - 1]?.percent ?? 0)),
      'must have a larger share in every step than in the one before',
    )
    .describe('Shares before all of the traffic. Default: 10 % and 50 %, five minutes each.')
    .optional(),
  checkBefore: z
    .enum(BEFORE_TRAFFIC)
    .describe(
      'Whether a new version is asked at 0 % of the traffic before it gets any, for one write more: "auto" where the health check tells which version answered, and once for the same code in a release; "always" wherever Cloudflare allows it; "never". Default: "auto".',
    )
    .optional(),
  metrics: z
    .enum(['required', 'off'])
    .describe(
      'What decides after a step: the errors of both versions, as Cloudflare counted them, and the health check; or, with "off", the health check alone. Default: "required".',
    )
    .optional(),
});

/** How a new version gets its traffic, as far as somebody said. */
export type TrafficRules = z.output<typeof trafficSchema>;
