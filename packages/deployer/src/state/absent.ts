import type { Deployment, LiveVersion } from '../cloudflare/shapes.ts';
import { NO_TRIGGERS, type LiveTriggers } from './actual-triggers.ts';
import type { WorkerState } from './worker-state.ts';

/** What the account says about one Worker. */
export interface Actual {
  readonly state: WorkerState;
  /** Newest first; the first one is live. */
  readonly deployments: readonly Deployment[];
  readonly deployment: Deployment | null;
  /** The version with the largest share of traffic. */
  readonly version: LiveVersion | null;
  /** All tags, foreign ones included. */
  readonly tags: readonly string[];
  readonly triggers: LiveTriggers;
}

const NOTHING = { known: false, why: 'the Worker does not exist' } as const;

/** A Worker that is not there. */
export const ABSENT: Actual = {
  state: {
    exists: false,
    codeDigest: null,
    configDigest: null,
    bindings: {},
    secrets: [],
    runtime: {},
    settings: {},
    assets: NOTHING,
    migrationTag: null,
    exports: null,
    workersDev: NOTHING,
    crons: NOTHING,
    routes: NOTHING,
    customDomains: NOTHING,
    queueConsumers: NOTHING,
    workflows: NOTHING,
  },
  deployments: [],
  deployment: null,
  version: null,
  tags: [],
  triggers: NO_TRIGGERS,
};
