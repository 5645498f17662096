import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startDeadline } from './deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it is over after its time, and not before', () => {
  const { signal, isOver } = startDeadline(50, undefined);
  vi.advanceTimersByTime(49);
  expect([signal.aborted, isOver()]).toEqual([false, false]);
  vi.advanceTimersByTime(1);
  expect([signal.aborted, isOver()]).toEqual([true, true]);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('whoever asked may stop before, which is not the time', () => {
  const outer = new AbortController();
  const { signal, isOver } = startDeadline(50, outer.signal);
  expect(signal.aborted).toBe(false);
  outer.abort('enough');
  expect([signal.aborted, signal.reason, isOver()]).toEqual([true, 'enough', false]);
  expect(startDeadline(50, outer.signal).signal.reason).toBe('enough');
});

test('what is done is not kept, neither by a timer nor by a signal that outlives it', () => {
  const outer = new AbortController();
  const deadline = startDeadline(50, outer.signal);
  expect([vi.getTimerCount(), getEventListeners(outer.signal, 'abort').length]).toEqual([1, 1]);
  deadline.end();
  expect([vi.getTimerCount(), getEventListeners(outer.signal, 'abort').length]).toEqual([0, 0]);
  vi.advanceTimersByTime(50);
  expect(deadline.isOver()).toBe(false);
});

test('many at once below one signal are no leak to warn of', async () => {
  vi.useRealTimers();
  const warnings: string[] = [];
  const note = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', note);
  const outer = new AbortController();
  const deadlines = Array.from({ length: 40 }, () => startDeadline(60_000, outer.signal));
  await new Promise(setImmediate);
  for (const deadline of deadlines) deadline.end();
  process.off('warning', note);
  expect(warnings).toEqual([]);
});
