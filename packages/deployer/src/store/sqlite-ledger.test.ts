import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBudget } from '../cloudflare/client/budget.ts';
import { memoryLedger, WINDOW_MS } from '../cloudflare/client/call-ledger.ts';
import { Secret } from '../security/secret.ts';
import { openSqliteLedger } from './sqlite-ledger.ts';

const file = (): string => join(mkdtempSync(join(tmpdir(), 'ledger-')), 'releases.db');

test.each([
  ['in memory', memoryLedger],
  ['in the store', () => openSqliteLedger(file(), new Secret('t0ken'))],
])('a ledger %s takes so many calls in any five minutes and says when the next may go', (_where, open) => {
  const ledger = open();
  expect([1, 2, 3].map(() => ledger.take(10_000, 3))).toEqual([0, 0, 0]);
  const wait = ledger.take(10_500, 3);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(WINDOW_MS + 2_000);
  expect(ledger.used(10_500)).toBe(3);
  expect(ledger.take(10_500 + wait, 3)).toBe(0);
  ledger.close(99);
  ledger.close(50);
  expect(ledger.closedUntil()).toBe(99);
});

test('two processes share the calls of one token, not those of another, and its text is not kept', () => {
  const path = file();
  const [one, two] = [
    openSqliteLedger(path, new Secret('same-token')),
    openSqliteLedger(path, new Secret('same-token')),
  ];
  const other = openSqliteLedger(path, new Secret('other-token'));
  expect([one.take(0, 2), two.take(0, 2), other.take(0, 2)]).toEqual([0, 0, 0]);
  expect(two.take(0, 2)).toBeGreaterThan(0);
  expect(readFileSync(path).includes('same-token')).toBe(false);
});

test('6,000 calls of four processes pass no limit and take hardly longer than they must', async () => {
  const path = file();
  let now = 0;
  const sent: number[] = [];
  const budgets = Array.from({ length: 4 }, () =>
    createBudget({
      now: () => now,
      sleep: async (ms) => void (now = Math.max(now, now + ms)),
      ledger: openSqliteLedger(path, new Secret('shared')),
    }),
  );
  for (let call = 0; call < 6_000; call += 1) {
    await budgets[call % 4]?.take();
    sent.push(now);
  }
  // The 1,201st call after any other is outside its window.
  const tooSoon = sent.filter((at, index) => at - (sent[index - 1_200] ?? -WINDOW_MS) < WINDOW_MS);
  expect(tooSoon).toEqual([]);
  expect(now).toBeLessThanOrEqual(1.1 * (6_000 / 1_200) * WINDOW_MS);
});

test.each([
  ['2,000 changed targets of one token', 2_000 * 7, 1],
  ['10,000 changed targets of 20 tokens', 10_000 * 7, 20],
])('%s pass no limit and take at most a tenth longer than they must', async (_what, calls, tokens) => {
  const path = file();
  const each = calls / tokens;
  // Tokens do not wait for each other: what one of them takes is what all take.
  for (const token of Array.from({ length: Math.min(tokens, 2) }, (_, index) => `token-${index}`)) {
    let now = 0;
    const sent: number[] = [];
    const budget = createBudget({
      now: () => now,
      sleep: async (ms) => void (now += ms),
      ledger: openSqliteLedger(path, new Secret(token)),
    });
    for (let call = 0; call < each; call += 1) {
      await budget.take();
      sent.push(now);
    }
    const blocked = sent.filter((at, index) => at - (sent[index - 1_200] ?? -WINDOW_MS) < WINDOW_MS);
    expect(blocked).toEqual([]);
    expect(now).toBeLessThanOrEqual(1.1 * each * 250);
  }
});
