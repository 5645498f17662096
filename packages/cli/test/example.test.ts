import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createProject, type Project } from './support/project.ts';

const EXAMPLE = new URL('../../../docs/examples/deploy-and-rollback.mjs', import.meta.url);
const README = new URL('../../../README.md', import.meta.url);

let project: Project;
const before = process.cwd();

beforeAll(async () => {
  project = await createProject();
  process.chdir(project.root);
});

afterAll(async () => {
  process.chdir(before);
  await project.remove();
});

it('the example of the README deploys a tenant twice and puts the first version back', async () => {
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  await import(fileURLToPath(EXAMPLE));
  log.mockRestore();
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
