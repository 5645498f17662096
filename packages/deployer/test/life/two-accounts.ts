import type { EmulatorOptions } from '@cf-deploy/emulator';
import { ACCOUNT, startProject, type TestProject } from '../support/project.ts';

/** The account that tenants are moved to. */
export const OTHER = 'fedcba9876543210fedcba9876543210';

/** A project without tenants, and an embedded Cloudflare with two accounts that runs no code. */
export function startTwoAccounts(emulator: EmulatorOptions = {}): Promise<TestProject> {
  return startProject({
    tenants: [],
    emulator: {
      runtime: 'double',
      accounts: [
        { id: ACCOUNT, subdomain: 'test' },
        { id: OTHER, subdomain: 'other' },
      ],
      ...emulator,
    },
  });
}
