import { DurableObject } from 'cloudflare:workers';

export interface Entry {
  readonly [column: string]: string | number;
  readonly id: number;
  readonly guest: string;
}

/** A guest book. Its entries live in the object's own SQLite database. */
export class GuestBook extends DurableObject {
  constructor(context: DurableObjectState, env: object) {
    super(context, env);
    context.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY AUTOINCREMENT, guest TEXT NOT NULL)',
    );
  }

  /** Signs the book and gives the number of the entry. */
  sign(guest: string): number {
    const { sql } = this.ctx.storage;
    return sql.exec<{ id: number }>('INSERT INTO entries (guest) VALUES (?) RETURNING id', guest).one().id;
  }

  /** All entries, newest first. */
  entries(): Entry[] {
    return this.ctx.storage.sql.exec<Entry>('SELECT id, guest FROM entries ORDER BY id DESC').toArray();
  }
}
