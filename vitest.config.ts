import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The real wrangler against the embedded Cloudflare, sixty processes of a second and a half each: a run of its own
 * (`npm run test:wrangler`), beside the others in CI.
 */
const WRANGLER = [
  'packages/emulator/test/wrangler/**/*.test.ts',
  'packages/deployer/test/scenarios/wrangler-both-ways.test.ts',
];

export default defineConfig({
  resolve: {
    // Tests run the sources, so a test run needs no build and cannot test a stale one.
    alias: {
      '@cf-deploy/cli': source('packages/cli/src/index.ts'),
      '@cf-deploy/deployer/security': source('packages/deployer/src/security.ts'),
      '@cf-deploy/deployer': source('packages/deployer/src/index.ts'),
      '@cf-deploy/emulator/checker': source('packages/emulator/src/open-checker.ts'),
      '@cf-deploy/emulator/msw': source('packages/emulator/src/msw.ts'),
      '@cf-deploy/emulator': source('packages/emulator/src/index.ts'),
    },
  },
  test: {
    globalSetup: './vitest.temp-folder.ts',
    // Tests stand alone, in any order: `npm run test:shuffled` proves it, and prints the seed that repeats a run.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A sixth of the time a test waits for a process of its own: one more file at once than cores keeps them busy.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/fixtures/**', ...WRANGLER],
          // Loading the packages anew for each of 230 files took as long as a third of the tests.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'wrangler', include: WRANGLER } },
    ],
  },
});
