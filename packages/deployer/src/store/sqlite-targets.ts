import type Database from 'libsql';
import type { ReleaseStore } from './release-store.ts';
import { durably } from './sqlite-database.ts';
import { toTarget } from './sqlite-rows.ts';

/** The part of the store that is about the targets of a release. */
export function targetStatements(
  db: Database.Database,
): Pick<ReleaseStore, 'targets' | 'claim' | 'unclaim' | 'note' | 'move' | 'settle'> {
  return {
    targets: (id) =>
      db
        .prepare('SELECT * FROM release_target WHERE release_id = ? ORDER BY wave, position')
        .all(id)
        .map(toTarget),
    claim(id, target, runner, now) {
      const { changes } = db
        .prepare(
          `UPDATE release_target SET state = 'running', runner = ?, started_at = ?
             WHERE release_id = ? AND target = ? AND state = 'waiting'`,
        )
        .run(runner, now, id, target);
      return changes === 1;
    },
    unclaim(id, target, runner) {
      const { changes } = db
        .prepare(
          `UPDATE release_target SET state = 'waiting', runner = NULL, started_at = NULL
             WHERE release_id = ? AND target = ? AND state = 'running' AND runner = ?`,
        )
        .run(id, target, runner);
      return changes === 1;
    },
    ...noteStatement(db),
    move(id, from, to) {
      db.prepare(
        `UPDATE release_target SET state = ?, error = CASE WHEN ? = 'waiting' THEN NULL ELSE error END
           WHERE release_id = ? AND state = ?`,
      ).run(to, to, id, from);
    },
    settle: settling(db),
  };
}

/** How a target ended: what is known already is not replaced by nothing. */
function settling(db: Database.Database): ReleaseStore['settle'] {
  return (id, target, { state, outcome, now }) => {
    db.prepare(
      `UPDATE release_target SET state = ?, finished_at = ?, end_state = ?,
         previous_version_id = coalesce(previous_version_id, ?), version_id = coalesce(?, version_id),
         record = coalesce(?, record), error = ? WHERE release_id = ? AND target = ?`,
    ).run(
      state,
      now,
      outcome?.endState ?? null,
      outcome?.previousVersionId ?? null,
      outcome?.versionId ?? null,
      outcome?.record ?? null,
      outcome === null || outcome.error === null ? null : JSON.stringify(outcome.error),
      id,
      target,
    );
  };
}

function noteStatement(db: Database.Database): Pick<ReleaseStore, 'note'> {
  return {
    note(id, target, previousVersionId) {
      // The last word before something is sent, and of all words the one that nobody could find out afterwards.
      durably(db, () =>
        db
          .prepare(
            `UPDATE release_target SET previous_version_id = coalesce(previous_version_id, ?)
               WHERE release_id = ? AND target = ?`,
          )
          .run(previousVersionId, id, target),
      );
    },
  };
}
