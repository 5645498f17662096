import type { PlainFields } from '../schema/worker-fields.ts';
import type { Finding } from '../../findings/finding.ts';

type Migrations = NonNullable<PlainFields['migrations']>;

/** A problem of a migration; `path` is relative to `migrations`. */
export type MigrationProblem = Pick<Finding, 'severity' | 'code' | 'message' | 'hint'> & {
  readonly path: readonly (string | number)[];
};

/** What a list of migrations leads to. */
export interface Replay {
  /** Classes that exist at the end. */
  readonly alive: ReadonlySet<string>;
  /** Class that no longer exists → how it ended: `deleted by migration "v3"`. */
  readonly ended: ReadonlyMap<string, string>;
  readonly problems: readonly MigrationProblem[];
}

/**
 * Plays migrations through, in order. A class that no migration creates is a warning only: files are shortened, and
 * their first migrations may be gone.
 */
export function replayMigrations(migrations: Migrations): Replay {
  const alive = new Set<string>();
  const ended = new Map<string, string>();
  const problems: MigrationProblem[] = [];
  const tags = new Set<string>();
  const create = (name: string, path: MigrationProblem['path'], tag: string): void => {
    if (alive.has(name)) {
      problems.push({
        path,
        severity: 'error',
        code: 'migration-order',
        message: `Migration "${tag}" creates the class ${name}, which an earlier step has created already.`,
        hint: 'A class is created once. Remove it here, or rename the new one.',
      });
    }
    alive.add(name);
    ended.delete(name);
  };
  const end = (
    name: string,
    path: MigrationProblem['path'],
    how: { readonly tag: string; readonly verb: string },
  ): void => {
    if (!alive.delete(name)) {
      problems.push({
        path,
        severity: 'warning',
        code: 'migration-order',
        message: `Migration "${how.tag}" has ${name} ${how.verb}, but no earlier migration creates it.`,
        hint: 'Check the spelling. If its migration was removed from the file, all is well.',
      });
    }
    ended.set(name, `${how.verb} by migration "${how.tag}"`);
  };

  for (const [index, migration] of migrations.entries()) {
    const { tag } = migration;
    if (tags.has(tag)) problems.push(usedTwice(tag, index));
    tags.add(tag);
    for (const list of ['new_classes', 'new_sqlite_classes'] as const) {
      for (const [at, name] of (migration[list] ?? []).entries()) create(name, [index, list, at], tag);
    }
    for (const [at, { from, to }] of (migration.renamed_classes ?? []).entries()) {
      end(from, [index, 'renamed_classes', at, 'from'], { tag, verb: `renamed to ${to}` });
      create(to, [index, 'renamed_classes', at, 'to'], tag);
    }
    for (const [at, { to }] of (migration.transferred_classes ?? []).entries()) {
      create(to, [index, 'transferred_classes', at, 'to'], tag);
    }
    for (const [at, name] of (migration.deleted_classes ?? []).entries()) {
      end(name, [index, 'deleted_classes', at], { tag, verb: 'deleted' });
    }
  }
  return { alive, ended, problems };
}

function usedTwice(tag: string, index: number): MigrationProblem {
  return {
    path: [index, 'tag'],
    severity: 'error',
    code: 'migration-tag',
    message: `The migration tag "${tag}" is used twice.`,
    hint: 'Give each migration a tag of its own.',
  };
}
