import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { processWorld } from './process-world.ts';

/** A process that can be told to stop without stopping. */
function fakeProcess(): {
  process: NodeJS.Process;
  exits: number[];
  stdin: PassThrough;
  written: () => string;
} {
  const exits: number[] = [];
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  let text = '';
  stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const process = Object.assign(new EventEmitter(), {
    stdin,
    stdout,
    stderr: new PassThrough(),
    env: { A: '1' },
    cwd: () => '/somewhere',
    exit: (code: number) => exits.push(code),
    nextTick: globalThis.process.nextTick,
  });
  return { process: process as unknown as NodeJS.Process, exits, stdin, written: () => text };
}

describe('processWorld', () => {
  it.each(['SIGINT', 'SIGTERM'])('turns the first %s into an abort and the second into an exit', (signal) => {
    const { process, exits } = fakeProcess();
    const { signal: wish } = processWorld(process).world;
    process.emit(signal as 'SIGINT');
    expect([wish.aborted, String(wish.reason), exits]).toEqual([true, `Error: stopped by ${signal}`, []]);
    process.emit(signal as 'SIGINT');
    expect(exits).toEqual([130]);
  });

  it('lets no library end the process while something is being reverted', async () => {
    const { process, exits } = fakeProcess();
    const { signal } = processWorld(process).world;
    process.once('SIGINT', () => process.exit(2));
    await setImmediate();
    process.emit('SIGINT');
    expect([signal.aborted, exits]).toEqual([true, []]);
  });

  it.each(['SIGINT', 'SIGTERM'])(
    'leaves %s to the system until something can be given back',
    async (signal) => {
      const { process } = fakeProcess();
      const { world } = processWorld(process);
      process.once(signal, () => process.exit(2));
      await setImmediate();
      expect(process.listenerCount(signal)).toBe(0);
      expect([world.signal.aborted, world.signal.aborted, process.listenerCount(signal)]).toEqual([
        false,
        false,
        1,
      ]);
    },
  );

  it('reads standard input to its end, and knows a pipe from a terminal', async () => {
    const { process, stdin } = fakeProcess();
    const { world } = processWorld(process);
    stdin.write('one ');
    stdin.end('two');
    expect([await world.readStdin(), world.stdinIsTerminal]).toEqual(['one two', false]);
  });

  it('writes to the streams, and waits for them', async () => {
    const { process, written } = fakeProcess();
    const { world, flush } = processWorld(process);
    world.stdout.write('result\n');
    await flush();
    expect(written()).toBe('result\n');
    expect([world.stdout.isTerminal, world.stdout.columns]).toEqual([false, 100]);
    process.stdout.emit('error', new Error('EPIPE'));
  });
});
