import { openDatabase } from './sqlite-database.ts';
import type { ReleaseStore } from './release-store.ts';
import { freezeRow, toRelease, toTarget } from './sqlite-rows.ts';

/**
 * Opens the store of one machine: a SQLite file. Commands that never touch a release do not load the library.
 *
 * @param file its folder is made when missing
 */
export function openSqliteStore(file: string): ReleaseStore {
  const db = openDatabase(file, { durable: true });
  const createAll = db.transaction((...[release, targets]: Parameters<ReleaseStore['create']>) => {
    db.prepare(
      `INSERT INTO release (id, kind, environment, status, why, created_at, finished_at, started_by, commit_sha,
         message, root, of_release, rollout) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      release.id,
      release.kind,
      release.environment,
      release.status,
      release.why,
      release.createdAt,
      release.finishedAt,
      release.by,
      release.commit,
      release.message,
      release.root,
      release.of,
      JSON.stringify(release.rollout),
    );
    const insert = db.prepare(
      `INSERT INTO release_target (release_id, tenant, position, wave, state, previous_version_id)
         VALUES (?, ?, ?, ?, 'waiting', ?)`,
    );
    for (const [position, { tenant, wave, previousVersionId }] of targets.entries()) {
      insert.run(release.id, tenant, position, wave, previousVersionId);
    }
  });
  return {
    create: (release, targets) => void createAll.immediate(release, targets),
    release(id) {
      const row = db.prepare('SELECT * FROM release WHERE id = ?').get(id);
      return row === undefined ? null : toRelease(row);
    },
    releases({ environment, limit }) {
      const rows =
        environment === undefined
          ? db.prepare('SELECT * FROM release ORDER BY created_at DESC, id DESC LIMIT ?').all(limit)
          : db
              .prepare(
                'SELECT * FROM release WHERE environment IS ? ORDER BY created_at DESC, id DESC LIMIT ?',
              )
              .all(environment, limit);
      return rows.map(toRelease);
    },
    targets: (id) =>
      db
        .prepare('SELECT * FROM release_target WHERE release_id = ? ORDER BY wave, position')
        .all(id)
        .map(toTarget),
    setStatus(id, { from, to, why, now }) {
      const ended = to === 'running' || to === 'paused' ? null : now;
      const marks = from.map(() => '?').join(', ');
      const { changes } = db
        .prepare(
          `UPDATE release SET status = ?, why = ?, finished_at = ? WHERE id = ? AND status IN (${marks})`,
        )
        .run(to, why, ended, id, ...from);
      return changes === 1;
    },
    claim(id, tenant, runner, now) {
      const { changes } = db
        .prepare(
          `UPDATE release_target SET state = 'running', runner = ?, started_at = ?
             WHERE release_id = ? AND tenant = ? AND state = 'waiting'`,
        )
        .run(runner, now, id, tenant);
      return changes === 1;
    },
    unclaim(id, tenant, runner) {
      const { changes } = db
        .prepare(
          `UPDATE release_target SET state = 'waiting', runner = NULL, started_at = NULL
             WHERE release_id = ? AND tenant = ? AND state = 'running' AND runner = ?`,
        )
        .run(id, tenant, runner);
      return changes === 1;
    },
    settle(id, tenant, { state, outcome, now }) {
      db.prepare(
        `UPDATE release_target SET state = ?, finished_at = ?, end_state = ?,
           previous_version_id = coalesce(?, previous_version_id), version_id = coalesce(?, version_id),
           record = coalesce(?, record), error = ? WHERE release_id = ? AND tenant = ?`,
      ).run(
        state,
        now,
        outcome?.endState ?? null,
        outcome?.previousVersionId ?? null,
        outcome?.versionId ?? null,
        outcome?.record ?? null,
        outcome === null || outcome.error === null ? null : JSON.stringify(outcome.error),
        id,
        tenant,
      );
    },
    freeze({ environment, until, why, by }) {
      db.prepare(
        `INSERT INTO freeze (environment, until, why, started_by) VALUES (?, ?, ?, ?)
           ON CONFLICT (environment) DO UPDATE SET until = excluded.until, why = excluded.why,
             started_by = excluded.started_by`,
      ).run(environment, until, why, by);
    },
    thaw: (environment) =>
      db.prepare('DELETE FROM freeze WHERE environment = ?').run(environment).changes === 1,
    frozen(environment, now) {
      const row = db
        .prepare('SELECT * FROM freeze WHERE environment = ? AND until > ?')
        .get(environment, now);
      if (row === undefined) return null;
      const { started_by, ...rest } = freezeRow.parse(row);
      return { ...rest, by: started_by };
    },
    close: () => void db.close(),
  };
}
