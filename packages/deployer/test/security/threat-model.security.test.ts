import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';

const REPOSITORY = path.resolve(import.meta.dirname, '../../../..');

/** The rows of the table "What holds the line". */
async function rows(): Promise<readonly string[][]> {
  const text = await readFile(path.join(REPOSITORY, 'docs/security/threat-model.md'), 'utf8');
  const table = text.split('## What holds the line')[1]?.split('\n## ')[0] ?? '';
  return table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

const tests = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);

it('each line that is held has tests, and each of them exists and tests something', async () => {
  const files = (await rows()).map((row) => tests(row[4]));
  expect(files.length).toBeGreaterThan(15);
  for (const row of files) expect(row).not.toEqual([]);
  for (const file of new Set(files.flat())) {
    const found = await stat(path.join(REPOSITORY, file)).catch(() => null);
    expect({ file, exists: found !== null }).toEqual({ file, exists: true });
    const text = await readFile(path.join(REPOSITORY, file), 'utf8');
    expect({ file, tests: /\b(?:it|test)\b[\s\S]*\bexpect\b/.test(text) }).toEqual({ file, tests: true });
  }
});

it('everybody who must not reach something is in the table', async () => {
  const text = await readFile(path.join(REPOSITORY, 'docs/security/threat-model.md'), 'utf8');
  const table = text.split('## Who, and what they control')[1]?.split('\n## ')[0] ?? '';
  const actors = table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|')[1]?.trim());
  const held = new Set((await rows()).map((row) => row[1]));
  expect(actors.filter((actor) => !held.has(actor ?? ''))).toEqual([]);
});
