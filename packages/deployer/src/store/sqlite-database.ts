import { chmodSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type Database from 'libsql';
import { DeployError } from '../errors.ts';
import { versionRow } from './sqlite-rows.ts';
import { SCHEMA, SCHEMA_VERSION } from './sqlite-schema.ts';

/** Milliseconds that a statement waits for another process to finish its own. */
const BUSY_MS = 5_000;

/**
 * Opens the file, its folder made when missing, with the tables of this version.
 * @param durable what is written also survives the loss of power; costs a wait for the disk each time
 * @throws DeployError STORE_UNREADABLE when a newer cf-deploy wrote it
 */
export function openDatabase(file: string, { durable }: { readonly durable: boolean }): Database.Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const Sqlite = createRequire(import.meta.url)('libsql') as typeof Database;
  const db = new Sqlite(file);
  // Whoever else uses this machine has no business here: it names tenants and what runs where.
  chmodSync(file, 0o600);
  db.pragma(`busy_timeout = ${BUSY_MS}`);
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
  const version = versionRow.parse(db.prepare('PRAGMA user_version').get()).user_version;
  if (version > SCHEMA_VERSION) {
    db.close();
    throw new DeployError('STORE_UNREADABLE', `${file} was written by a newer cf-deploy.`, {
      hint: 'Update cf-deploy, or move the file away to begin a new history.',
    });
  }
  if (version < SCHEMA_VERSION) {
    db.exec(SCHEMA);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
  }
  return db;
}
