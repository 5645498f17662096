/** What is kept of a chat for the audit: who, when, how much. Never what was said. */
export interface AuditRow {
  readonly tenant: string;
  readonly environment: string;
  readonly session: string;
  readonly model: string;
  readonly tokens: number;
  readonly versionId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Writes one row; makes the table first when it is not there. */
export async function writeAudit(db: D1Database, row: AuditRow): Promise<void> {
  await db.batch([
    db.prepare(
      'CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, environment TEXT NOT NULL, session TEXT NOT NULL, model TEXT NOT NULL, tokens INTEGER NOT NULL, version_id TEXT NOT NULL, at TEXT NOT NULL)',
    ),
    db
      .prepare(
        'INSERT INTO audit (tenant, environment, session, model, tokens, version_id, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .bind(row.tenant, row.environment, row.session, row.model, row.tokens, row.versionId, row.at),
  ]);
}
