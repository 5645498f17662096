import type Database from 'libsql';
import { durably, openDatabase } from './sqlite-database.ts';
import type { ReleaseStore } from './release-store.ts';
import { freezeRow, toRelease } from './sqlite-rows.ts';
import { gradualStatements } from './sqlite-gradual.ts';
import { seenStatements } from './sqlite-seen.ts';
import { targetStatements } from './sqlite-targets.ts';

/**
 * Opens the store of one machine: a SQLite file. Commands that never touch a release do not load the library.
 *
 * @param file its folder is made when missing
 */
export function openSqliteStore(file: string): ReleaseStore {
  const db = openDatabase(file);
  return {
    ...releaseStatements(db),
    ...targetStatements(db),
    ...freezeStatements(db),
    ...gradualStatements(db),
    ...seenStatements(db),
    close: () => void db.close(),
  };
}

function releaseStatements(
  db: Database.Database,
): Pick<ReleaseStore, 'create' | 'release' | 'releases' | 'setStatus' | 'take' | 'leave'> {
  const createAll = db.transaction((...values: Parameters<ReleaseStore['create']>) =>
    insertRelease(db, ...values),
  );
  return {
    create: (release, targets) => void durably(db, () => createAll.immediate(release, targets)),
    release(id) {
      const row = db.prepare('SELECT * FROM release WHERE id = ?').get(id);
      return row === undefined ? null : toRelease(row);
    },
    releases({ environment, limit }) {
      const order = 'ORDER BY created_at DESC, id DESC LIMIT ?';
      const rows =
        environment === undefined
          ? db.prepare(`SELECT * FROM release ${order}`).all(limit)
          : db.prepare(`SELECT * FROM release WHERE environment IS ? ${order}`).all(environment, limit);
      return rows.map(toRelease);
    },
    setStatus(id, { from, to, why, now }) {
      const ended = to === 'running' || to === 'paused' ? null : now;
      const marks = from.map(() => '?').join(', ');
      const set = db.prepare(
        `UPDATE release SET status = ?, why = ?, finished_at = ? WHERE id = ? AND status IN (${marks})`,
      );
      return durably(db, () => set.run(to, why, ended, id, ...from)).changes === 1;
    },
    take(id, { from, runner, was }) {
      const marks = from.map(() => '?').join(', ');
      const { changes } = db
        .prepare(
          `UPDATE release SET status = 'running', why = NULL, finished_at = NULL, runner = ?
             WHERE id = ? AND runner IS ? AND status IN (${marks})`,
        )
        .run(runner, id, was, ...from);
      return changes === 1;
    },
    leave: (id, runner) =>
      void db.prepare('UPDATE release SET runner = NULL WHERE id = ? AND runner = ?').run(id, runner),
  };
}

function freezeStatements(db: Database.Database): Pick<ReleaseStore, 'freeze' | 'thaw' | 'frozen'> {
  return {
    freeze({ environment, until, why, by }) {
      const set = db.prepare(
        `INSERT INTO freeze (environment, until, why, started_by) VALUES (?, ?, ?, ?)
           ON CONFLICT (environment) DO UPDATE SET until = excluded.until, why = excluded.why,
             started_by = excluded.started_by`,
      );
      durably(db, () => set.run(environment, until, why, by));
    },
    thaw: (environment) =>
      db.prepare('DELETE FROM freeze WHERE environment = ?').run(environment).changes === 1,
    frozen(environment, now) {
      const row = db
        .prepare('SELECT * FROM freeze WHERE environment = ? AND until > ?')
        .get(environment, now);
      if (row === undefined) return null;
      const { started_by, ...rest } = freezeRow().parse(row);
      return { ...rest, by: started_by };
    },
  };
}

function insertRelease(
  db: Database.Database,
  ...[release, targets]: Parameters<ReleaseStore['create']>
): void {
  db.prepare(
    `INSERT INTO release (id, kind, environment, status, why, created_at, finished_at, started_by, commit_sha,
       message, root, of_release, runner, rollout) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
    release.runner,
    JSON.stringify(release.rollout),
  );
  const addTarget = db.prepare(
    `INSERT INTO release_target (release_id, target, tenant, worker, position, wave, state, previous_version_id,
       version_id, end_state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const [position, each] of targets.entries()) {
    addTarget.run(
      release.id,
      each.target,
      each.tenant,
      each.worker,
      position,
      each.wave,
      each.state,
      each.previousVersionId,
      each.versionId,
      each.endState,
    );
  }
}
