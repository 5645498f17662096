import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type Database from 'libsql';
import { DeployError } from '../errors.ts';
import { columnRows, versionRow } from './sqlite-rows.ts';
import { MIGRATIONS, SCHEMA, SCHEMA_VERSION } from './sqlite-schema.ts';

/** Milliseconds that a statement waits for another process to finish its own. */
const BUSY_MS = 5_000;

/**
 * Opens the file, its folder made when missing, with the tables of this version. What is written survives the death of
 * the process; what is written {@link durably} the loss of power too.
 * @throws DeployError STORE_UNREADABLE when it is damaged, a newer cf-deploy wrote it, or an earlier one whose tables cannot be taken over
 */
export function openDatabase(file: string): Database.Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = openFile(file);
  // Whoever else uses this machine has no business here: it names tenants and what runs where.
  chmodSync(file, 0o600);
  const version = prepare(db, file);
  if (version > SCHEMA_VERSION) {
    db.close();
    throw new DeployError('STORE_UNREADABLE', `${file} was written by a newer cf-deploy.`, {
      hint: 'Update cf-deploy, or move the file away to begin a new history.',
    });
  }
  if (version < SCHEMA_VERSION) migrate(db, file);
  return db;
}

function openFile(file: string): Database.Database {
  const Sqlite = createRequire(import.meta.url)('libsql') as typeof Database;
  try {
    return new Sqlite(file);
  } catch (error) {
    // It says no more than that it could not; the system says why.
    closeSync(openSync(file, 'a'));
    throw error;
  }
}

/** Sets how the file is used, and gives the version of its tables. @throws DeployError STORE_UNREADABLE when it is damaged */
function prepare(db: Database.Database, file: string): number {
  try {
    db.pragma(`busy_timeout = ${BUSY_MS}`);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    return versionOf(db);
  } catch (error) {
    db.close();
    if (!(error instanceof Error && 'code' in error && DAMAGED.includes(String(error.code)))) throw error;
    throw new DeployError('STORE_UNREADABLE', `${file} is damaged: ${error.message}.`, {
      cause: error,
      hint: 'Move the file away to begin a new history; the records of deploys are in files of their own. Freezes were in it: set them again.',
    });
  }
}

/** Of a file whose text is not that of a SQLite file, or of one that broke off. Source: sqlite.org/rescode.html. */
const DAMAGED: readonly string[] = ['SQLITE_NOTADB', 'SQLITE_CORRUPT'];

/** Writes, and waits until the disk has it and all that was written before it. */
export function durably<T>(db: Database.Database, write: () => T): T {
  db.pragma('synchronous = FULL');
  try {
    return write();
  } finally {
    db.pragma('synchronous = NORMAL');
  }
}

/** Several processes may open an old file at once: one of them migrates. */
function migrate(db: Database.Database, file: string): void {
  const run = db.transaction(() => {
    const from = versionOf(db);
    for (const { to, statements } of from === 0 ? [] : MIGRATIONS) {
      if (to > from) db.exec(statements);
    }
    db.exec(SCHEMA);
    return from === 0 ? [] : oddTables(db);
  });
  const odd = run.immediate();
  if (odd.length > 0) {
    db.close();
    throw new DeployError(
      'STORE_UNREADABLE',
      `${file} was written by an earlier cf-deploy, and its ${odd.join(' and ')} cannot be read by this one.`,
      {
        hint: 'Move the file away to begin a new history; the records of deploys are in files of their own.',
      },
    );
  }
  db.pragma(`user_version = ${SCHEMA_VERSION}`);
}

function versionOf(db: Database.Database): number {
  return versionRow().parse(db.prepare('PRAGMA user_version').get()).user_version;
}

/** Tables of the file that have other columns than those of this version. */
function oddTables(db: Database.Database): readonly string[] {
  const tables = [...SCHEMA.matchAll(/CREATE TABLE IF NOT EXISTS (\w+) \(\n([^;]*)\n\)/g)];
  return tables.flatMap(([, table = '', body = '']) => {
    const wanted = body
      .split('\n')
      .map((line) => line.trim().split(' ', 1)[0] ?? '')
      .filter((word) => /^[a-z_]+$/.test(word));
    const found = columnRows()
      .parse(db.prepare(`SELECT name FROM pragma_table_info('${table}')`).all())
      .map(({ name }) => name);
    return wanted.toSorted().join() === found.toSorted().join() ? [] : [table];
  });
}
