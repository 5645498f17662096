import type { FleetResult } from '@cf-deploy/deployer';
import { wrapNames } from './names.ts';
import { plural } from './plan.ts';
import type { Style } from './style.ts';

/** A tenant's result, as far as it names itself. */
interface Named {
  readonly tenant: string;
  readonly environment?: string | null;
  readonly scriptName?: string | null;
  readonly url?: string | null;
}

/** Each tenant's part, those that say the same together, then one line that counts how they ended. */
export function fleetLines<T extends Named>(
  fleet: FleetResult<T>,
  style: Style,
  part: (result: T, style: Style) => readonly string[],
): readonly string[] {
  const parts = groupsOf(fleet.results, style, part).flatMap((group, index) => [
    ...(index === 0 ? [] : ['']),
    ...groupLines(group, style),
  ]);
  return [...parts, '', ...summaryLines(fleet, style)];
}

/** How many ended how, and what it took. */
export function summaryLines<T>(fleet: FleetResult<T>, style: Style): readonly string[] {
  const counts = Object.entries(fleet.summary)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  // Those that were not come to have no result, and are counted.
  const total = Object.values(fleet.summary).reduce((sum, count) => sum + count, 0);
  return [
    `${style.bold(plural(total, 'tenant'))}: ${counts.join(', ')}`,
    style.dim(`${plural(fleet.calls, 'API call')}, ${(fleet.durationMs / 1000).toFixed(1)} s`),
    ...(fleet.record === null ? [] : [style.dim(`record ${fleet.record}`)]),
  ];
}

/** Tenants whose parts are the same but for their own names: the first line of each, and the rest of the first. */
interface Group {
  readonly tenants: readonly string[];
  readonly heads: readonly string[];
  readonly rest: readonly string[];
}

function groupsOf<T extends Named>(
  results: readonly T[],
  style: Style,
  part: (result: T, style: Style) => readonly string[],
): readonly Group[] {
  const groups = new Map<string, { tenants: string[]; heads: string[]; rest: readonly string[] }>();
  for (const result of results) {
    const [head = '', ...rest] = part(result, style);
    const key = withoutNames(rest.join('\n'), result);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { tenants: [result.tenant], heads: [head], rest });
    else {
      group.tenants.push(result.tenant);
      group.heads.push(head);
    }
  }
  return [...groups.values()];
}

/** The longest first: a Worker's name often holds the tenant's. */
function withoutNames(text: string, { tenant, scriptName, url }: Named): string {
  return [url, scriptName, tenant]
    .flatMap((name) => (name === undefined || name === null || name === '' ? [] : [name]))
    .reduce((masked, name, index) => masked.replaceAll(name, `\u0000${index}`), text)
    .replaceAll(/(\d+ API calls?)( spent)?/g, 'calls');
}

/** So many headings are shown whole; of more, the tenants are listed. */
const MOST_HEADS = 5;

function groupLines({ tenants, heads, rest }: Group, style: Style): readonly string[] {
  if (heads.length === 1) return [...heads, ...rest];
  const [first = ''] = tenants;
  const same = rest.length > 1 ? [style.dim(`  all the same, as of ${first}:`)] : [];
  if (heads.length <= MOST_HEADS) return [...heads, ...same, ...rest];
  return [...wrapNames(`${style.bold(String(heads.length))} tenants: `, tenants, style), ...same, ...rest];
}
