import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createStyle } from '../style.ts';
import { createTaskList } from './task-list.ts';

/** A terminal that remembers what was written; `shown` is what of it still stands on the screen. */
function terminal(): { stream: NodeJS.WriteStream; written: () => string; shown: () => string } {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  let text = '';
  Object.assign(stream, { isTTY: true, columns: 100, rows: 30 });
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { stream, written: () => text, shown: () => screenOf(text) };
}

/** What stands on a screen in the end: text, new lines, and the sequences that erase a line or everything below, or move up. */
function screenOf(text: string): string {
  const lines: string[] = [''];
  let row = 0;
  // oxlint-disable-next-line no-control-regex -- the sequences begin with it
  for (const [piece] of text.matchAll(/\u001B\[[?\d;]*[A-Za-z]|\n|\r|[^\u001B\n\r]+/g)) {
    if (piece === '\n') lines[(row += 1)] ??= '';
    else if (piece.startsWith('\u001B')) {
      const count = Number(/\d+/.exec(piece)?.[0] ?? 1);
      if (piece.endsWith('A')) row = Math.max(0, row - count);
      else if (piece.endsWith('K')) lines[row] = '';
      else if (piece.endsWith('J')) lines.splice(row + 1);
    } else if (piece !== '\r') lines[row] += piece;
  }
  return lines.join('\n');
}

it('shows one line for each tenant, what it is doing and how it ended', async () => {
  const { stream, written, shown } = terminal();
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
  for (const tenant of ['acme', 'umbrella', 'late']) expect(shown().split(tenant)).toHaveLength(2);
});

it('says nothing of how a single tenant ended, whose result follows', async () => {
  const { stream, written, shown } = terminal();
  const output = { write: () => {}, isTerminal: false, columns: 100 };
  const list = await createTaskList(stream, ['acme'], createStyle({ color: false, output, env: {} }));
  list.onEvent({ type: 'stage', tenant: 'acme', stage: 'bundle' });
  await list.stop();
  expect(written()).toContain('acme');
  expect(written()).not.toContain('stopped');
  // Its tick is said once, with the result.
  expect(shown().trim()).toBe('');
});
