import { createHash } from 'node:crypto';
import { z } from 'zod';
import { WINDOW_MS, type CallLedger } from '../cloudflare/client/call-ledger.ts';
import type { Secret } from '../security/secret.ts';
import { openDatabase } from './sqlite-database.ts';

/** Calls are counted by the second; one counts until its whole second has left the window. */
const SLOT_MS = 1_000;

const sumRow = z.object({ calls: z.number(), oldest: z.number().nullable() });
const closedRow = z.object({ until: z.number() });

/** The calls of a token by every process of this machine that shares the file. It holds a hash of the token. */
export function openSqliteLedger(file: string, token: Secret): CallLedger {
  const db = openDatabase(file);
  const key = createHash('sha256').update(token.open()).digest('hex').slice(0, 32);
  const insert = db.prepare(
    `INSERT INTO call_slot (token, slot, calls)
       SELECT ?, ?, 1 WHERE (SELECT coalesce(sum(calls), 0) FROM call_slot WHERE token = ? AND slot > ?) < ?
       ON CONFLICT (token, slot) DO UPDATE SET calls = calls + 1`,
  );
  const sum = db.prepare(
    'SELECT coalesce(sum(calls), 0) AS calls, min(slot) AS oldest FROM call_slot WHERE token = ? AND slot > ?',
  );
  const gone = (now: number): number => Math.floor((now - WINDOW_MS) / SLOT_MS) - 1;
  const inWindow = (now: number): z.output<typeof sumRow> => sumRow.parse(sum.get(key, gone(now)));
  const closed = db.prepare('SELECT until FROM token_closed WHERE token = ?');
  return {
    take(now, allowed) {
      const { changes } = insert.run(key, Math.floor(now / SLOT_MS), key, gone(now), allowed);
      if (changes > 0) return 0;
      const { oldest } = inWindow(now);
      return oldest === null ? SLOT_MS : Math.max(1, (oldest + 2) * SLOT_MS + WINDOW_MS - now);
    },
    used: (now) => inWindow(now).calls,
    close(until) {
      db.prepare(
        `INSERT INTO token_closed (token, until) VALUES (?, ?)
           ON CONFLICT (token) DO UPDATE SET until = max(until, excluded.until)`,
      ).run(key, until);
    },
    closedUntil() {
      const row = closed.get(key);
      return row === undefined ? 0 : closedRow.parse(row).until;
    },
  };
}
