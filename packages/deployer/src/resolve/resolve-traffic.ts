import type { Strategy, TrafficRules, VerifyBefore } from '../shapes/traffic-schema.ts';

/** A share of the traffic for the new version, and how long it is watched with it. */
export interface TrafficStep {
  /** Percent, over 0 and under 100. */
  readonly percent: number;
  readonly bakeSeconds: number;
}

/** How a new version of a Worker gets its traffic. */
export interface TrafficPlan {
  readonly strategy: Strategy;
  /** Before all of the traffic; smallest share first. */
  readonly steps: readonly TrafficStep[];
  /** `required`: the errors of both versions decide beside the health check; `off`: the health check alone. */
  readonly metrics: 'required' | 'off';
  /** When a new version is asked before it has traffic. */
  readonly checkBefore: VerifyBefore;
}

const DEFAULT_BAKE_SECONDS = 300;

/** What holds when nobody said anything. */
export const DEFAULT_TRAFFIC: TrafficPlan = {
  strategy: 'at-once',
  steps: [
    { percent: 10, bakeSeconds: DEFAULT_BAKE_SECONDS },
    { percent: 50, bakeSeconds: DEFAULT_BAKE_SECONDS },
  ],
  metrics: 'required',
  checkBefore: 'auto',
};

/** The tenant's words over the project's over the defaults. */
export function resolveTraffic(
  tenant: TrafficRules | undefined,
  project: TrafficRules | undefined,
): TrafficPlan {
  const given = { ...project, ...tenant };
  return {
    strategy: given.strategy ?? DEFAULT_TRAFFIC.strategy,
    steps:
      given.steps?.map(({ percent, bakeSeconds }) => ({
        percent,
        bakeSeconds: bakeSeconds ?? DEFAULT_BAKE_SECONDS,
      })) ?? DEFAULT_TRAFFIC.steps,
    metrics: given.metrics ?? DEFAULT_TRAFFIC.metrics,
    checkBefore: given.checkBefore ?? DEFAULT_TRAFFIC.checkBefore,
  };
}
