import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';

type Step = Omit<ResolvedWorker['migrations'][number], 'tag'>;

/** `metadata.migrations` of a script upload: the steps after `old_tag`, in order. */
export type PendingMigrations = {
  readonly old_tag?: string;
  readonly new_tag: string;
  readonly steps: readonly Step[];
};

/**
 * The Durable Object migrations that the live script does not have yet, or null when there are none. A live tag that
 * the configuration does not know sends every step on top of it, as wrangler does; `unknownTag` tells.
 *
 * Source: `metadata.migrations` of the script upload; the tag is `migration_tag` of `GET workers/services/{name}`.
 * @param migrations of the wrangler file, oldest first
 * @param liveTag of the live script; null when it has none or does not exist
 */
export function pendingMigrations(
  migrations: ResolvedWorker['migrations'],
  liveTag: string | null,
): PendingMigrations | null {
  const newest = migrations.at(-1);
  if (newest === undefined || newest.tag === liveTag) return null;
  const applied = migrations.findIndex(({ tag }) => tag === liveTag);
  return {
    ...(liveTag === null ? {} : { old_tag: liveTag }),
    new_tag: newest.tag,
    steps: migrations.slice(applied + 1).map(withoutTag),
  };
}

/** Whether the live script is at a tag that the wrangler file does not list. */
export function isUnknownTag(migrations: ResolvedWorker['migrations'], liveTag: string | null): boolean {
  return liveTag !== null && migrations.length > 0 && !migrations.some(({ tag }) => tag === liveTag);
}

/** Classes whose objects a pending migration destroys or moves away; deploying it cannot be undone. */
export function destroyedClasses(pending: PendingMigrations | null): readonly string[] {
  return (pending?.steps ?? []).flatMap(({ deleted_classes: deleted }) => deleted ?? []);
}

function withoutTag(migration: ResolvedWorker['migrations'][number]): Step {
  return Object.fromEntries(Object.entries(migration).filter(([key]) => key !== 'tag'));
}
