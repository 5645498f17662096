import { join } from 'node:path';
import { entriesIn, isThere } from '../on-disk.ts';
import { readDocument } from '../documents/read-document.ts';
import { oneByOne, type SourceProblem, type TenantEntry, type TenantSource } from './tenant-source.ts';
import { printable } from './printable.ts';
import { isTenantId, TENANT_ID_RULE } from './tenant-id.ts';
import type { Finding } from '../findings/finding.ts';
import { firstExisting, readOrMissing, WORKER_FILES } from './worker-files.ts';

/** Names of a tenant's definition in its folder. */
export const TENANT_FILES = ['tenant.config.json', 'tenant.config.jsonc'] as const;

/**
 * The tenants of the folders under `tenants/` that hold a tenant or wrangler file, sorted; a folder whose name is not a tenant
 * id is a problem of its own.
 */
export function folderSource(rootDir: string): TenantSource {
  return { name: 'tenants/', entries: () => oneByOne(readFolders(rootDir)) };
}

async function* readFolders(rootDir: string): AsyncIterable<TenantEntry | SourceProblem> {
  const dir = join(rootDir, 'tenants');
  const found = (entriesIn(dir) ?? [])
    .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of found) {
    const { name } = entry;
    // Where a link leads is looked at when the tenant is loaded; one that leads nowhere is no tenant.
    if (entry.isSymbolicLink() && !isThere(join(dir, name))) yield leadsNowhere(name);
    if (firstExisting(join(dir, name), [...TENANT_FILES, ...WORKER_FILES]) === null) continue;
    yield isTenantId(name) ? folderEntry(rootDir, name) : notAnId(name);
  }
}

function leadsNowhere(name: string): SourceProblem {
  return folderProblem(name, {
    code: 'link',
    message: `tenants/${printable(name)} is a link that leads nowhere.`,
    hint: 'Restore what it points to, or delete the link.',
  });
}

function notAnId(name: string): SourceProblem {
  return folderProblem(name, {
    code: 'tenant-id',
    message: `The name of the folder tenants/${printable(name)} is not a tenant id.`,
    hint: `Rename it: ${TENANT_ID_RULE}.`,
  });
}

function folderProblem(name: string, told: Pick<Finding, 'code' | 'message' | 'hint'>): SourceProblem {
  const place = { file: `tenants/${printable(name)}`, line: 1, column: 1 };
  return { kind: 'problem', finding: { severity: 'error', path: '', place, ...told } };
}

/** The tenant of one folder. */
export function folderEntry(rootDir: string, id: string): TenantEntry {
  const dir = join(rootDir, 'tenants', id);
  return {
    kind: 'tenant',
    id,
    from: 'folder',
    place: { file: `tenants/${id}`, line: 1, column: 1 },
    read: async () => {
      const path = firstExisting(dir, TENANT_FILES);
      return path === null
        ? readOrMissing(rootDir, null, { dir, name: 'tenant.config.json' })
        : readDocument(rootDir, path);
    },
  };
}
