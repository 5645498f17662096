import { describe, expect, it } from 'vitest';
import { consumerSettings, settleBatch } from './queue-message.ts';
import type { QueueMessage, QueueOutcome } from './queue-message.ts';

const message = (id: string, attempts = 1): QueueMessage => ({
  id,
  timestamp: 0,
  attempts,
  readyAt: 0,
  contentType: 'json',
  body: id,
});
const outcome = (more: Partial<QueueOutcome> = {}): QueueOutcome => ({
  outcome: 'ok',
  ackAll: false,
  retryBatch: { retry: false },
  explicitAcks: [],
  retryMessages: [],
  ...more,
});
const settings = consumerSettings({ max_retries: 2, retry_delay: 5 });
const settle = (given: Partial<QueueOutcome>, batch = [message('a'), message('b')]) => {
  const { retried, dead } = settleBatch(batch, outcome(given), settings, 1_000);
  return { retried: retried.map(({ id, readyAt }) => [id, readyAt]), dead: dead.map(({ id }) => id) };
};

describe('a delivered batch', () => {
  it.each<[string, Partial<QueueOutcome>, [string, number][]]>([
    ['that went well is done', {}, []],
    [
      'that was retried as a whole waits for its delay',
      { retryBatch: { retry: true, delaySeconds: 1 } },
      [
        ['a', 2_000],
        ['b', 2_000],
      ],
    ],
    [
      'that threw is retried after the delay of its consumer',
      { outcome: 'exception' },
      [
        ['a', 6_000],
        ['b', 6_000],
      ],
    ],
    [
      'that threw is not retried where it acknowledged',
      { outcome: 'exception', explicitAcks: ['a'] },
      [['b', 6_000]],
    ],
    ['is retried message by message', { retryMessages: [{ msgId: 'b', delaySeconds: 0 }] }, [['b', 1_000]]],
    [
      'may be acknowledged but for one message',
      { ackAll: true, retryMessages: [{ msgId: 'a' }] },
      [['a', 6_000]],
    ],
  ])('%s', (_name, given, retried) => {
    expect(settle(given)).toEqual({ retried, dead: [] });
  });

  it('is dead once its retries are used up', () => {
    expect(settle({ outcome: 'exception' }, [message('a', 3), message('b', 2)])).toEqual({
      retried: [['b', 6_000]],
      dead: ['a'],
    });
  });
});

describe('the settings of a consumer', () => {
  it('have the defaults of Queues', () => {
    expect(consumerSettings({})).toEqual({
      batchSize: 10,
      maxWaitMs: 5_000,
      maxRetries: 3,
      retryDelaySeconds: 0,
    });
  });
});
