import type { Migration } from '../../resolve/resolved-worker.ts';

/** Durable Object classes that exist after all migrations: the script must export each (API error 10070 or 10064). */
export function liveClasses(migrations: readonly Migration[]): string[] {
  const live = new Set<string>();
  for (const migration of migrations) {
    for (const name of [...(migration.new_classes ?? []), ...(migration.new_sqlite_classes ?? [])])
      live.add(name);
    for (const { from, to } of migration.renamed_classes ?? []) {
      live.delete(from);
      live.add(to);
    }
    for (const { to } of migration.transferred_classes ?? []) live.add(to);
    for (const name of migration.deleted_classes ?? []) live.delete(name);
  }
  return [...live];
}
