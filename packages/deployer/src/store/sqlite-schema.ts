/** Tables of the embedded store. A new version of them gets a number of its own and statements that lead there. */
export const SCHEMA_VERSION = 3;

/** Statements that lead to a version from the one before; after them the tables below are made where missing. */
export const MIGRATIONS: readonly { readonly to: number; readonly statements: string }[] = [
  // What is remembered of Workers only saves calls: it is begun anew.
  { to: 2, statements: 'DROP TABLE IF EXISTS seen_target;' },
];

export const SCHEMA = `
CREATE TABLE IF NOT EXISTS release (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  environment TEXT,
  status TEXT NOT NULL,
  why TEXT,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  started_by TEXT,
  commit_sha TEXT,
  message TEXT,
  root TEXT NOT NULL,
  of_release TEXT,
  runner TEXT,
  rollout TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS release_by_time ON release (created_at);
CREATE TABLE IF NOT EXISTS release_target (
  release_id TEXT NOT NULL REFERENCES release (id),
  target TEXT NOT NULL,
  tenant TEXT NOT NULL,
  worker TEXT,
  position INTEGER NOT NULL,
  wave INTEGER NOT NULL,
  state TEXT NOT NULL,
  runner TEXT,
  started_at INTEGER,
  finished_at INTEGER,
  end_state TEXT,
  previous_version_id TEXT,
  version_id TEXT,
  record TEXT,
  error TEXT,
  PRIMARY KEY (release_id, target)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS freeze (
  environment TEXT PRIMARY KEY,
  until INTEGER NOT NULL,
  why TEXT NOT NULL,
  started_by TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS gradual (
  account_id TEXT NOT NULL,
  script_name TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  status TEXT NOT NULL,
  runner TEXT,
  seen_at INTEGER NOT NULL,
  wish TEXT,
  state TEXT NOT NULL,
  PRIMARY KEY (account_id, script_name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen_target (
  account_id TEXT NOT NULL,
  script_name TEXT NOT NULL,
  wanted TEXT,
  deployed_on INTEGER NOT NULL,
  row TEXT,
  lists TEXT NOT NULL,
  version_id TEXT,
  live TEXT NOT NULL,
  PRIMARY KEY (account_id, script_name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account_mark (
  account_id TEXT PRIMARY KEY,
  newest INTEGER NOT NULL,
  settled INTEGER NOT NULL,
  read_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS call_slot (
  token TEXT NOT NULL,
  slot INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  PRIMARY KEY (token, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS token_closed (
  token TEXT PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT;
`;
