import type Database from 'libsql';
import { z } from 'zod';
import { madeLate } from '../made-late.ts';
import { durably } from './sqlite-database.ts';
import type { GradualDeploy } from './gradual.ts';
import type { ReleaseStore } from './release-store.ts';

const state = madeLate(() =>
  z.object({
    tenant: z.string(),
    worker: z.string().nullable(),
    environment: z.string().nullable(),
    why: z.string().nullable(),
    oldVersionId: z.string(),
    newVersionId: z.string(),
    steps: z.array(z.object({ percent: z.number(), bakeSeconds: z.number() })),
    metrics: z.enum(['required', 'off']),
    step: z.number(),
    since: z.number(),
    rest: z.array(z.string()),
    startedAt: z.number(),
    by: z.string().nullable(),
    message: z.string().nullable(),
  }),
);

const row = madeLate(() =>
  z.object({
    account_id: z.string(),
    script_name: z.string(),
    status: z.enum(['running', 'paused', 'done', 'taken-back', 'replaced']),
    runner: z.string().nullable(),
    seen_at: z.number(),
    wish: z.enum(['pause', 'abort']).nullable(),
    state: z.string(),
  }),
);

type Statements = Pick<
  ReleaseStore,
  'gradual' | 'noteGradual' | 'takeGradual' | 'touchGradual' | 'wishGradual'
>;

/** The part of the store that is about gradual deploys: one row for a Worker, the last one's. */
export function gradualStatements(db: Database.Database): Statements {
  return {
    gradual(accountId, scriptName) {
      const found = db
        .prepare('SELECT * FROM gradual WHERE account_id = ? AND script_name = ?')
        .get(accountId, scriptName);
      return found === undefined ? null : toGradual(found);
    },
    noteGradual(gradual) {
      const { accountId, scriptName, status, runner, seenAt, wish, ...rest } = gradual;
      const note = db.prepare(
        `INSERT INTO gradual (account_id, script_name, started_at, status, runner, seen_at, wish, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (account_id, script_name) DO UPDATE SET status = excluded.status, runner = excluded.runner,
             seen_at = excluded.seen_at, state = excluded.state, wish = CASE WHEN excluded.runner IS NULL OR excluded.started_at <> started_at THEN NULL
               ELSE wish END, started_at = excluded.started_at`,
      );
      const text = JSON.stringify(rest);
      durably(db, () => note.run(accountId, scriptName, rest.startedAt, status, runner, seenAt, wish, text));
    },
    takeGradual(accountId, scriptName, { runner, was, now }) {
      const { changes } = db
        .prepare(
          `UPDATE gradual SET status = 'running', runner = ?, seen_at = ?, wish = NULL
             WHERE account_id = ? AND script_name = ? AND runner IS ? AND status IN ('running', 'paused')`,
        )
        .run(runner, now, accountId, scriptName, was);
      return changes === 1;
    },
    touchGradual(accountId, scriptName, now) {
      db.prepare('UPDATE gradual SET seen_at = ? WHERE account_id = ? AND script_name = ?').run(
        now,
        accountId,
        scriptName,
      );
    },
    wishGradual(accountId, scriptName, wish) {
      const { changes } = db
        .prepare(
          `UPDATE gradual SET wish = ? WHERE account_id = ? AND script_name = ? AND status = 'running'
             AND (wish IS NULL OR wish = 'pause')`,
        )
        .run(wish, accountId, scriptName);
      return changes === 1;
    },
  };
}

/** A row, checked like any input. */
function toGradual(found: unknown): GradualDeploy {
  const { account_id, script_name, seen_at, state: text, ...rest } = row().parse(found);
  return {
    accountId: account_id,
    scriptName: script_name,
    ...rest,
    seenAt: seen_at,
    ...state().parse(JSON.parse(text)),
  };
}
