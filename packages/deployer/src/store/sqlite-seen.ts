import type Database from 'libsql';
import type { ReleaseStore } from './release-store.ts';
import { liveRow, markRow, toSeen } from './sqlite-rows.ts';

type SeenStatements = Pick<
  ReleaseStore,
  'seen' | 'remember' | 'recall' | 'noteRows' | 'forget' | 'mark' | 'setMark'
>;

/** The part of the store that is about what is remembered of Workers. */
export function seenStatements(db: Database.Database): SeenStatements {
  const noteAll = db.transaction((...[rows]: Parameters<ReleaseStore['noteRows']>) => {
    const note = db.prepare('UPDATE seen_target SET row = ? WHERE account_id = ? AND script_name = ?');
    for (const { row, accountId, scriptName } of rows) note.run(row, accountId, scriptName);
  });
  return {
    seen: (accountId) =>
      db
        .prepare(
          `SELECT account_id, script_name, wanted, deployed_on, row, lists, version_id
             FROM seen_target WHERE account_id = ?`,
        )
        .all(accountId)
        .map(toSeen),
    remember(target, live) {
      const { accountId, scriptName, wanted, deployedOn, row, lists, versionId } = target;
      db.prepare(
        `INSERT INTO seen_target (account_id, script_name, wanted, deployed_on, row, lists, version_id, live)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (account_id, script_name) DO UPDATE SET wanted = excluded.wanted,
             deployed_on = excluded.deployed_on, row = excluded.row, lists = excluded.lists,
             version_id = excluded.version_id, live = excluded.live`,
      ).run(accountId, scriptName, wanted, deployedOn, row, lists, versionId, live);
    },
    recall(accountId, scriptName) {
      const row = db
        .prepare('SELECT live FROM seen_target WHERE account_id = ? AND script_name = ?')
        .get(accountId, scriptName);
      return row === undefined ? null : liveRow().parse(row).live;
    },
    noteRows: (rows) => void noteAll.immediate(rows),
    forget: (accountId, scriptName) =>
      void db
        .prepare('DELETE FROM seen_target WHERE account_id = ? AND script_name = ?')
        .run(accountId, scriptName),
    mark(accountId) {
      const row = db
        .prepare('SELECT newest, settled, read_at AS readAt FROM account_mark WHERE account_id = ?')
        .get(accountId);
      return row === undefined ? null : markRow().parse(row);
    },
    setMark(accountId, { newest, settled, readAt }) {
      db.prepare(
        `INSERT INTO account_mark (account_id, newest, settled, read_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (account_id) DO UPDATE SET newest = excluded.newest, settled = excluded.settled,
             read_at = excluded.read_at`,
      ).run(accountId, newest, settled, readAt);
    },
  };
}
