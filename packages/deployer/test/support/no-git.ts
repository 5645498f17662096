import type { Git } from '@cf-deploy/deployer';

/** No checkout; git takes milliseconds for nothing. */
export const NO_GIT: Git = {
  commit: async () => null,
  isAncestor: async () => null,
  tracked: async () => [],
  changedFiles: async () => [],
  fileAt: async () => null,
};
