import type { FleetResult } from '@cf-deploy/deployer';
import { plural } from './plan.ts';
import type { Style } from './style.ts';

/** Each tenant's part, then one line that counts how they ended. */
export function fleetLines<T extends { readonly tenant: string }>(
  fleet: FleetResult<T>,
  style: Style,
  part: (result: T, style: Style) => readonly string[],
): readonly string[] {
  const parts = fleet.results.flatMap((result, index) => [
    ...(index === 0 ? [] : ['']),
    ...part(result, style),
  ]);
  const counts = Object.entries(fleet.summary)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  return [
    ...parts,
    '',
    `${style.bold(plural(fleet.results.length, 'tenant'))}: ${counts.join(', ')}`,
    style.dim(`${plural(fleet.calls, 'API call')}, ${(fleet.durationMs / 1000).toFixed(1)} s`),
    ...(fleet.record === null ? [] : [style.dim(`record ${fleet.record}`)]),
  ];
}
