import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import type { TenantCatalog } from '../tenants/catalog.ts';
import { setFields } from '../tenants/edit/jsonl-edit.ts';
import { nested, notEditable } from '../tenants/edit/edit-text.ts';
import { tableEdit } from '../tenants/edit/table-edit.ts';
import { printable } from '../tenants/printable.ts';
import { TABLE_FILES } from '../tenants/table-source.ts';
import { isTenantId, TENANT_ID_RULE } from '../tenants/tenant-id.ts';
import type { TenantEntry } from '../tenants/tenant-source.ts';
import { type FileChange, isLink, textOf } from './files.ts';

/** Fields of a tenant's definition, by dotted path. */
export type TenantFields = Readonly<Record<string, string>>;

/**
 * What adds a tenant: a row in the project's table, else a folder whose definition takes a shared Worker.
 * @throws ConfigError USAGE for an id that cannot be one or stands already; NOT_EDITABLE where tenants come from code only
 */
export async function addChanges(
  rootDir: string,
  catalog: TenantCatalog,
  { id, fields }: { readonly id: string; readonly fields: TenantFields },
): Promise<readonly FileChange[]> {
  await refuseId(catalog, id);
  const definition = nested({ tenantId: id, ...fields });
  const [file] = await tablesIn(rootDir);
  if (file !== undefined) {
    const before = await editableText(rootDir, file);
    return [{ kind: 'write', file, before, after: tableEdit(file).append(before, definition) }];
  }
  const shares = Object.keys(catalog.project.rules.workers ?? {}).length > 0;
  if (!shares && fields['worker'] === undefined) {
    throw notEditable(
      'The tenants of this project have Workers of their own, so a new one needs its own wrangler file.',
      'Name a shared Worker with --worker=<folder>, or add `workers` to cf-deploy.config.ts (docs/tenants.md).',
    );
  }
  const after = `${JSON.stringify(definition, null, 2)}\n`;
  return [{ kind: 'write', file: `tenants/${id}/tenant.config.json`, before: null, after }];
}

/** What sets fields of a tenant. @throws ConfigError NOT_EDITABLE, TENANT_UNKNOWN */
export async function setChanges(
  rootDir: string,
  entry: TenantEntry,
  fields: TenantFields,
): Promise<readonly FileChange[]> {
  const { id } = entry;
  if (entry.from === 'folder') {
    const file = await definitionFile(rootDir, id);
    const before = await editableText(rootDir, file);
    return [{ kind: 'write', file, before, after: setFields(before, fields) }];
  }
  const file = tableOf(entry);
  const before = await editableText(rootDir, file);
  return [{ kind: 'write', file, before, after: tableEdit(file).set(before, id, fields) }];
}

/** What gives a tenant another id. @throws ConfigError */
export async function renameChanges(
  rootDir: string,
  catalog: TenantCatalog,
  { entry, to }: { readonly entry: TenantEntry; readonly to: string },
): Promise<readonly FileChange[]> {
  await refuseId(catalog, to, entry.id);
  const set = await setChanges(rootDir, entry, { tenantId: to });
  return entry.from === 'folder'
    ? [...set, { kind: 'rename', from: `tenants/${entry.id}`, to: `tenants/${to}` }]
    : set;
}

/** What takes a tenant out of the project. @throws ConfigError NOT_EDITABLE */
export async function removeChanges(rootDir: string, entry: TenantEntry): Promise<readonly FileChange[]> {
  if (entry.from === 'folder') {
    if (await isLink(join(rootDir, 'tenants', entry.id)))
      throw notEditable(`tenants/${entry.id} is a link.`, 'Delete the link, and what it leads to, by hand.');
    return [{ kind: 'delete', folder: `tenants/${entry.id}` }];
  }
  const file = tableOf(entry);
  const before = await editableText(rootDir, file);
  return [{ kind: 'write', file, before, after: tableEdit(file).remove(before, entry.id) }];
}

/** Where a tenant is defined. @throws ConfigError TENANT_UNKNOWN */
export async function entryOf(catalog: TenantCatalog, id: string): Promise<TenantEntry> {
  for await (const item of catalog.stream()) if (item.kind === 'tenant' && item.id === id) return item;
  // It names those that there are.
  await catalog.workers(id);
  throw new ConfigError('TENANT_UNKNOWN', `There is no tenant "${printable(id)}".`);
}

/** The table a tenant's row is in. */
function tableOf({ from, id, place }: TenantEntry): string {
  if (from === 'table') return place.file;
  if (from === 'code') {
    throw notEditable(
      `The tenant "${id}" is made by code in ${place.file}, which is not edited for you.`,
      'Change what the code gives: its list, or the database behind it. Then deploy, and prune what it no longer names.',
    );
  }
  throw notEditable(
    `"${id}" is a plain Worker, which has no definition of a tenant.`,
    'Edit its wrangler file, or its `apps` in cf-deploy.config.ts.',
  );
}

async function definitionFile(rootDir: string, id: string): Promise<string> {
  for (const name of ['tenant.config.json', 'tenant.config.jsonc']) {
    const file = `tenants/${id}/${name}`;
    if ((await textOf(join(rootDir, file))) !== null) return file;
  }
  throw notEditable(`tenants/${id} has no tenant.config.json.`, 'Write one with its `tenantId`.');
}

/** @throws ConfigError NOT_EDITABLE for a file that is a link, or that something else writes */
async function editableText(rootDir: string, file: string): Promise<string> {
  if (await isLink(join(rootDir, file)))
    throw notEditable(`${file} is a link.`, 'Edit what it leads to, where that is kept.');
  const text = (await textOf(join(rootDir, file))) ?? '';
  if (/^\uFEFF?\s*(?:#|\/\/|\/\*)[^\n]*(?:generated|do not edit)/i.test(text)) {
    throw notEditable(
      `${file} says that it is generated.`,
      'Change what it is generated from, and generate it again.',
    );
  }
  return text;
}

async function tablesIn(rootDir: string): Promise<readonly string[]> {
  const names = new Set(await readdir(rootDir));
  return TABLE_FILES.filter((file) => names.has(file));
}

/** @throws ConfigError USAGE */
async function refuseId(catalog: TenantCatalog, id: string, but?: string): Promise<void> {
  if (!isTenantId(id)) {
    throw new ConfigError('USAGE', `"${printable(id)}" cannot be the id of a tenant.`, {
      hint: `It needs ${TENANT_ID_RULE}.`,
    });
  }
  const known = await catalog.ids().catch(() => []);
  const same = known.find((other) => other !== but && other.toLowerCase() === id.toLowerCase());
  if (same === undefined) return;
  throw new ConfigError('USAGE', `There is a tenant "${same}" already.`, {
    hint: 'Ids are not told apart by case. Choose another one.',
  });
}
