import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createProject } from './support/project.ts';

const EXAMPLE = new URL('../../../docs/examples/deploy-and-rollback.mjs', import.meta.url);
const README = new URL('../../../README.md', import.meta.url);

it('the example of the README deploys a tenant twice and puts the first version back', async () => {
  const project = await createProject();
  onTestFinished(() => project.remove());
  const said: string[] = [];
  // Where it runs, without moving the other tests of this process there.
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(project.root);
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  try {
    await import(fileURLToPath(EXAMPLE));
  } finally {
    log.mockRestore();
    cwd.mockRestore();
  }
  const [first, second, back] = said;
  expect(first).toMatch(
    /^deployed (\S+) at https:\/\/bluey-ai-worker-staging\.mrrainbowsmoke\.workers\.dev with \d+ API calls$/,
  );
  const [, firstId = ''] = /^deployed (\S+)/.exec(first ?? '') ?? [];
  const [, secondId = ''] = /^deployed (\S+), healthy$/.exec(second ?? '') ?? [];
  expect(secondId).not.toBe(firstId);
  expect(back).toBe(`deployed ${firstId} instead of ${secondId}`);
}, 60_000);

it('is what the README shows, in at most twenty-five lines', async () => {
  const text = await readFile(EXAMPLE, 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  expect(await readFile(README, 'utf8')).toContain(text.trimEnd());
});
