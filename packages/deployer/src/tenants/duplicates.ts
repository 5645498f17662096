import type { Finding, SourcePlace } from '../findings/finding.ts';
import type { TenantEntry } from './tenant-source.ts';

/**
 * Tenants with one id, and those whose ids differ only in case: Worker names, host names and records on some disks are
 * not told apart by case.
 *
 * @param pathOf path of the finding about an id
 */
export function duplicateFindings(
  entries: readonly TenantEntry[],
  pathOf: (id: string) => string,
): readonly Finding[] {
  const first = new Map<string, TenantEntry>();
  const findings: Finding[] = [];
  for (const entry of entries) {
    const key = entry.id.toLowerCase();
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, entry);
      continue;
    }
    const same = other.id === entry.id;
    findings.push({
      severity: 'error',
      code: same ? 'duplicate-tenant' : 'tenants-differ-in-case',
      path: pathOf(entry.id),
      place: entry.place,
      message: same
        ? `The tenant "${entry.id}" stands twice: here and at ${at(other.place)}.`
        : `The tenants "${entry.id}" and "${other.id}" (${at(other.place)}) differ only in case.`,
      hint: 'Rename or remove one of the two.',
    });
  }
  return findings;
}

function at({ file, line }: SourcePlace): string {
  return `${file}:${line}`;
}
