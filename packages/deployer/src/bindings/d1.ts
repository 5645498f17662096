import { z } from 'zod';
import {
  bindingName,
  displayName,
  line,
  list,
  localName,
  remote,
  resourceId,
  UUID,
} from '../shapes/primitives.ts';
import type { WorkerBinding } from './binding.ts';
import { defineBinding, malformedId } from './define-binding.ts';

const schema = list(
  z.strictObject({
    binding: bindingName,
    database_id: z
      .union([z.literal(''), resourceId])
      .describe('Id of the database, a UUID. Empty means none: templates leave it so.')
      .optional(),
    database_name: displayName(255).optional(),
    preview_database_id: localName.describe('Local development only.').optional(),
    migrations_table: localName.describe('For `wrangler d1 migrations` only.').optional(),
    migrations_dir: line(4_096).describe('For `wrangler d1 migrations` only.').optional(),
    migrations_pattern: line(4_096).describe('For `wrangler d1 migrations` only.').optional(),
    jurisdiction: localName
      .describe('Where wrangler creates a database; nothing is created here.')
      .optional(),
    database_internal_env: localName.optional(),
    remote,
  }),
);

/**
 * D1 databases. With a name but no id, the binding carries `database_name`, which is not a field of the API: the deploy
 * looks the id up and puts it in. With neither, the database bound now under that name stays (`inherit`).
 */
export const d1 = defineBinding({
  label: 'D1 database',
  types: ['d1'],
  section: 'd1_databases',
  schema,
  order: 100,
  fromConfig: (section) => section.map((item) => uploadForm(item)),
  check: (section) =>
    section.flatMap((item, index) =>
      malformedId(item.database_id === '' ? undefined : item.database_id, `[${index}].database_id`, {
        pattern: UUID,
        form: 'a UUID',
        list: 'wrangler d1 list',
      }),
    ),
  // The API takes and gives the id as `id`; its newer name `database_id` means the same.
  normalise: (binding) => {
    const id = binding['id'] ?? binding['database_id'];
    if (id !== undefined) return { type: 'd1', name: binding.name, id };
    return { type: 'd1', name: binding.name, database_name: binding['database_name'] };
  },
  target: (binding) => ({
    kind: 'd1-database',
    id: String(binding['id'] ?? binding['database_id'] ?? binding['database_name']),
  }),
  describe: (binding) =>
    `D1 database ${String(binding['id'] ?? binding['database_id'] ?? binding['database_name'])}`,
});

function uploadForm(item: z.output<typeof schema>[number]): WorkerBinding {
  if (item.database_id !== undefined && item.database_id !== '')
    return { name: item.binding, type: 'd1', id: item.database_id };
  if (item.database_name !== undefined) {
    return { name: item.binding, type: 'd1', database_name: item.database_name };
  }
  return { name: item.binding, type: 'inherit' };
}
