import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongOnesFirst } from './scripts/testing/sequencer.mjs';
import { SHORT_LIVED } from './scripts/testing/short-lived.mjs';
import { SOURCES } from './scripts/testing/sources.mjs';

const script = (name: string): string => fileURLToPath(new URL(`scripts/testing/${name}`, import.meta.url));

/**
 * The real wrangler against the embedded Cloudflare, sixty processes of a second and a half each: a run of its own
 * (`npm run test:wrangler`), beside the others in CI.
 */
const WRANGLER = [
  'packages/emulator/test/wrangler/**/*.test.ts',
  'packages/deployer/test/scenarios/wrangler-both-ways.test.ts',
];

/** Node loads the sources itself: one process that transformed each module for all others took a sixth of a run. */
const NATIVE = {
  experimental: { viteModuleRunner: false, nodeLoader: false },
  execArgv: [...SHORT_LIVED, '--import', script('typescript.mjs')],
  setupFiles: script('setup.mjs'),
  // esbuild's process, in Go, makes much of nothing that stays: collecting that less often is a seventh of what it takes.
  env: { GOGC: '800' },
};

export default defineConfig({
  resolve: { alias: SOURCES },
  test: {
    globalSetup: script('temp-folder.mjs'),
    // Tests stand alone, in any order: `npm run test:shuffled` proves it, and prints the seed that repeats a run.
    sequence: { sequencer: LongOnesFirst },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A sixth of the time a test waits for a process of its own: one more file at once than cores keeps them busy.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: {
          ...NATIVE,
          name: 'together',
          include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/fixtures/**', ...WRANGLER],
          // Loading the packages anew for each of 230 files took as long as a third of the tests.
          isolate: false,
        },
      },
      { extends: true, test: { ...NATIVE, name: 'wrangler', include: WRANGLER } },
    ],
  },
});
