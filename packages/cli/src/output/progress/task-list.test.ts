import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createStyle } from '../style.ts';
import { createTaskList } from './task-list.ts';

/** A terminal that remembers what was written. */
function terminal(): { stream: NodeJS.WriteStream; written: () => string } {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  let text = '';
  Object.assign(stream, { isTTY: true, columns: 100, rows: 30 });
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { stream, written: () => text };
}

it('shows one line for each tenant, what it is doing and how it ended', async () => {
  const { stream, written } = terminal();
  const output = { write: () => {}, isTerminal: false, columns: 100 };
  const list = await createTaskList(
    stream,
    ['acme', 'umbrella', 'late'],
    createStyle({ color: false, output, env: {} }),
  );
  list.onEvent({ type: 'stage', tenant: 'acme', stage: 'bundle' });
  list.onEvent({ type: 'tenant-finished', tenant: 'acme', status: 'deployed' });
  list.onEvent({ type: 'tenant-finished', tenant: 'umbrella', status: 'failed' });
  list.onEvent({ type: 'notice', tenant: null, message: 'about nobody' });
  list.onEvent({ type: 'tenant-finished', tenant: 'stranger', status: 'deployed' });
  await list.stop();
  expect(written()).toContain('acme deployed');
  expect(written()).toContain('umbrella failed');
  expect(written()).toContain('late stopped');
});

it('says nothing of how a single tenant ended, whose result follows', async () => {
  const { stream, written } = terminal();
  const output = { write: () => {}, isTerminal: false, columns: 100 };
  const list = await createTaskList(stream, ['acme'], createStyle({ color: false, output, env: {} }));
  list.onEvent({ type: 'stage', tenant: 'acme', stage: 'bundle' });
  await list.stop();
  expect(written()).toContain('acme');
  expect(written()).not.toContain('stopped');
});
