import type { RolloutOptions } from '../../src/store/release.ts';

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
