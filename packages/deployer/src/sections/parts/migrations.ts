import { getDispatchedMigrationTag, getMigrationTag } from '../../cloudflare/scripts.ts';
import { compareWhole } from '../compare.ts';
import { destroyedClasses, pendingMigrations } from './pending-migrations.ts';
import { always, defineSection, known, type Consequence, type ConsequenceInputs } from '../section.ts';

/** Tag of the newest Durable Object migration. Only a script upload takes one there, and nothing takes it back. */
export const migrations = defineSection<string | null>({
  carrier: 'upload',
  desired: ({ worker }) => worker.migrations.at(-1)?.tag ?? null,
  absent: null,
  /** The version tells its tag where the API fills it in; the services endpoint always does, for one call more. */
  async read({ reader, worker, version }) {
    const newest = worker.migrations.at(-1)?.tag;
    if (newest === undefined) return known(null);
    if (worker.dispatchNamespace !== null) return known(await getDispatchedMigrationTag(reader, worker));
    if ((await version())?.migrationTag === newest) return known(newest);
    return known(await getMigrationTag(reader, worker.scriptName));
  },
  compare: (desired, actual) => (desired === null ? [] : compareWhole(desired, actual)),
  owns: always,
  consequence: (_difference, inputs) => migrationConsequence(inputs),
});

function migrationConsequence({ worker, live }: ConsequenceInputs): Consequence | null {
  if (!live.exists) return null;
  const tag = live.state.migrations.known ? live.state.migrations.value : null;
  const pending = pendingMigrations(worker.migrations, tag);
  if (pending === null) return null;
  const destroyed = destroyedClasses(pending);
  return {
    destructive: destroyed.length > 0,
    irreversible: true,
    words:
      destroyed.length > 0
        ? `Durable Object migration ${pending.new_tag} deletes ${destroyed.join(', ')} with all objects, which cannot be undone`
        : `Durable Object migration ${pending.new_tag} cannot be undone`,
  };
}
