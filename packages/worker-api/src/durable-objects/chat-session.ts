import { DurableObject } from 'cloudflare:workers';

/** One message of a session. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Messages kept per session; older ones are dropped. */
export const MAX_MESSAGES = 200;

/** The history of one session, in the object's own SQLite. */
export class ChatSession extends DurableObject {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, role TEXT NOT NULL, content TEXT NOT NULL, at TEXT NOT NULL)',
    );
  }

  /** Adds messages in order. */
  append(messages: readonly ChatMessage[]): void {
    const { sql } = this.ctx.storage;
    this.ctx.storage.transactionSync(() => {
      for (const { role, content, at } of messages) {
        sql.exec('INSERT INTO messages (role, content, at) VALUES (?, ?, ?)', role, content, at);
      }
      sql.exec(
        'DELETE FROM messages WHERE id <= (SELECT id FROM messages ORDER BY id DESC LIMIT 1 OFFSET ?)',
        MAX_MESSAGES,
      );
    });
  }

  /** The newest `limit` messages, oldest first. */
  history(limit: number): ChatMessage[] {
    const rows = this.ctx.storage.sql.exec<{ role: string; content: string; at: string }>(
      'SELECT role, content, at FROM messages ORDER BY id DESC LIMIT ?',
      limit,
    );
    return rows
      .toArray()
      .toReversed()
      .map(({ role, content, at }) => ({ role: role === 'user' ? 'user' : 'assistant', content, at }));
  }

  /** How many messages it holds. Also what the health check calls. */
  size(): number {
    return this.ctx.storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM messages').one().n;
  }
}
