import { join, relative, sep } from 'node:path';
import { entriesIn, ownStatsOf } from '../on-disk.ts';
import type { Finding } from '../findings/finding.ts';
import { createJail, JAIL_HINT } from '../security/jail.ts';
import { TENANT_FILES } from './folder-source.ts';
import { WORKER_FILES } from './worker-files.ts';

/** Whose files are looked at, and what they may reach. */
export interface LinkedFilesOptions {
  readonly rootDir: string;
  /** Folder of the tenant. */
  readonly tenantDir: string;
  readonly allowedRoots: readonly string[];
}

/**
 * Why a folder with a tenant or wrangler file must not be read: it, or such a file in it, is a link that leads out of the
 * project or to another tenant, or it is another tenant's. Null for what may be read; links inside are followed.
 */
export async function linkedFilesRefusal(dir: string, options: LinkedFilesOptions): Promise<Finding | null> {
  const { rootDir, tenantDir } = options;
  const own = ownStatsOf(dir);
  // Of a row in a table there is no folder.
  if (own === null) return null;
  const links = linksIn(dir);
  const others = dir !== tenantDir && dir.startsWith(join(rootDir, 'tenants') + sep);
  const suspects = [...(others || own.isSymbolicLink() ? [dir] : []), ...links];
  // Most have no links, and of ten thousand tenants each look counts.
  if (suspects.length === 0) return null;
  const jail = createJail(options);
  for (const file of suspects) {
    const refusal = jail.refusal(file);
    if (refusal === null) continue;
    const name = relative(rootDir, file).split(sep).join('/');
    return {
      severity: 'error',
      code: 'link',
      path: '',
      place: { file: name, line: 1, column: 1 },
      message: `${name} ${refusal}.`,
      hint: JAIL_HINT,
    };
  }
  return null;
}

const READ_FILES: readonly string[] = [...TENANT_FILES, ...WORKER_FILES];

/** Tenant and wrangler files of a folder that are links; of a folder that cannot be listed, each that is there. */
function linksIn(dir: string): readonly string[] {
  const found = entriesIn(dir);
  if (found === null) return READ_FILES.map((name) => join(dir, name));
  return found
    .filter((entry) => entry.isSymbolicLink() && READ_FILES.some((name) => isSpelled(entry.name, name)))
    .map(({ name }) => join(dir, name));
}

/** Some file systems find a file whatever the case. */
function isSpelled(found: string, wanted: string): boolean {
  return found.toLowerCase() === wanted;
}
