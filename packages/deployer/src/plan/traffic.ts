import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { TrafficStep } from '../resolve/resolve-traffic.ts';
import type { LiveWorker } from '../sections/live.ts';
import { problem, type Problem } from '../sections/problem.ts';
import type { Strategy } from '../shapes/traffic-schema.ts';
import type { Step } from './step.ts';

/** How a new version gets its traffic, and why not gradually, where that was asked for. */
export interface PlannedTraffic {
  readonly strategy: Strategy;
  /** Of a gradual deploy, before all of the traffic. */
  readonly steps: readonly TrafficStep[];
  /** Null: it is done as asked, or nothing is uploaded. */
  readonly why: string | null;
  /** False: only a first deploy, which takes nothing from anybody, is done at once without being told to. */
  readonly possible: boolean;
}

/** What decides it. */
export interface TrafficInputs {
  readonly worker: ResolvedWorker;
  readonly live: LiveWorker;
  readonly upload: 'version' | 'script' | 'none';
  readonly strategy: Strategy;
}

/** All traffic at once, as nobody asked for anything else. */
export const AT_ONCE: PlannedTraffic = { strategy: 'at-once', steps: [], why: null, possible: true };

/** Pure. */
export function planTraffic(inputs: TrafficInputs): PlannedTraffic {
  const { worker, live, upload, strategy } = inputs;
  if (strategy === 'at-once' || upload === 'none') return AT_ONCE;
  if (worker.dispatchNamespace !== null) {
    return { ...AT_ONCE, possible: false, why: 'Workers in a dispatch namespace have no versions' };
  }
  if (live.deployment === null) {
    return { ...AT_ONCE, why: 'it is the first deploy: there is no old version to share the traffic with' };
  }
  const why = whyNot(inputs);
  if (why !== null) return { ...AT_ONCE, possible: false, why };
  return { strategy, steps: worker.traffic.steps, why: null, possible: true };
}

function whyNot({ worker, upload }: TrafficInputs): string | null {
  if (upload === 'script') return 'what it changes goes live with its upload (migrations, exports, format)';
  // Source: Gradual deployments: versions of one deployment must have the same exports.
  if (worker.exports !== null) return 'versions with exports of different classes cannot share a deployment';
  return null;
}

/** The steps between the upload and all of the traffic. `from`: those before it were taken already. */
export function trafficSteps(
  steps: readonly TrafficStep[],
  versionId: string | null,
  from = 0,
): readonly Step[] {
  return steps.flatMap(({ percent, bakeSeconds }, number): readonly Step[] =>
    number < from
      ? []
      : [
          { kind: 'shift', percent, number, versionId },
          { kind: 'watch', percent, bakeSeconds },
        ],
  );
}

/** A gradual deploy that cannot be one is refused: at once is another risk than the one that was chosen. */
export function checkTraffic({ possible, why }: PlannedTraffic): readonly Problem[] {
  if (possible) return [];
  return [
    problem('GRADUAL_IMPOSSIBLE', {
      rule: 'gradual-impossible',
      path: 'traffic.strategy',
      message: `A new version cannot get its traffic gradually: ${why ?? ''}.`,
      hint: 'Add --strategy=at-once to deploy it all the same.',
    }),
  ];
}
