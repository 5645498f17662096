import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/contract.ts';
import { createWorld, startRuntime } from './world.ts';

const world = createWorld();
let runtime: Runtime;
let end: () => Promise<void>;

beforeAll(async () => {
  ({ runtime, end } = await startRuntime(world));
});
afterAll(() => end());

/** Counts what it was asked since its process started. */
const counting = (name: string): string =>
  `let asked = 0; export default { fetch: () => new Response('${name} ' + (asked += 1)) };`;

async function ask(name = 'counter'): Promise<string> {
  const response = await runtime.fetch(new Request(`http://${name}.acme.workers.dev/`));
  return (await response?.text()) ?? '';
}

it('a version is made ready when it is uploaded, so that its deployment and the way back start nothing', async () => {
  const script = world.script('counter');
  const first = world.deploy(script, { source: counting('first') });
  expect(await ask()).toBe('first 1');
  expect(await ask()).toBe('first 2');

  const second = world.upload(script, { source: counting('second') });
  runtime.changed(world.account.id);
  // The one process starts anew, with both; who asks meanwhile waits for it.
  let answer = await ask();
  while (answer !== 'first 1') {
    await sleep(10);
    answer = await ask();
  }

  world.split(script, [[second, 100]]);
  runtime.changed(world.account.id);
  expect(await ask()).toBe('second 1');
  world.split(script, [[first, 100]]);
  runtime.changed(world.account.id);
  expect(await ask()).toBe('first 2');
});

it('those whose versions were just uploaded start together with the first that is asked for', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `many-${index}`);
  for (const name of names) {
    const version = world.deploy(world.script(name), { source: counting(name) });
    version.createdOn = new Date().toISOString();
  }
  runtime.changed(world.account.id);
  let starts = 0;
  const count = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess };
    child.once('spawn', () => (starts += child.spawnfile.endsWith('workerd') ? 1 : 0));
  };
  subscribe('child_process', count);
  for (const name of names) expect(await ask(name)).toBe(`${name} 1`);
  unsubscribe('child_process', count);
  expect(starts).toBe(1);
});
