import type { Release, RolloutOptions } from '../../src/store/release.ts';

/** How a target is deployed when nothing else is asked for. */
export const USUAL_DEPLOY: RolloutOptions['deploy'] = {
  force: false,
  verify: true,
  takeOver: false,
  takeOverSplit: false,
  strategy: null,
  verifyBefore: null,
  tag: null,
  full: false,
  dispatchNamespace: null,
};

/** A deploy of all targets in one wave that began just now; `fields` and `rollout` replace. */
export function makeRelease(fields: Partial<Release> = {}, rollout: Partial<RolloutOptions> = {}): Release {
  return {
    id: 'r1',
    kind: 'deploy',
    environment: null,
    status: 'running',
    why: null,
    createdAt: 1,
    finishedAt: null,
    by: null,
    commit: null,
    message: null,
    root: '/p',
    of: null,
    runner: null,
    rollout: {
      parallel: 1,
      failureBudget: 0,
      onFailure: 'stop',
      metrics: 'off',
      waves: [{ name: 'all', bakeMs: 0, gate: 'auto' }],
      deploy: USUAL_DEPLOY,
      ...rollout,
    },
    ...fields,
  };
}
