import type { TenantPlan, TenantResult } from '@cf-deploy/deployer';
import { deployLines } from './deploy.ts';
import { destroyLines, destroyPlanLines } from './destroy.ts';
import { failureLines } from './failure.ts';
import type { Style } from './style.ts';

/** What a change of tenants would do. */
export function tenantPlanLines(plan: TenantPlan, style: Style): readonly string[] {
  return [
    style.bold(plan.tenant),
    ...plan.destroys.flatMap((each) => destroyPlanLines(each, style)),
    ...plan.switches.map(({ from, to }) => `  ${from} → ${to}`),
    ...(plan.switches.length === 0
      ? []
      : [
          '  Each is deployed there, proven, given its routes, custom domains and consumers; then the old one is destroyed.',
        ]),
    ...plan.files.map((line) => `  ${line}`),
    ...plan.notes.map((line) => style.dim(`  ${line}`)),
  ];
}

/** What became of it. */
export function tenantResultLines(result: TenantResult, style: Style): readonly string[] {
  const { tenant, status, files, destroyed, switched, notes, record, error } = result;
  const verdict = { done: style.green('Done.'), planned: 'Planned only.', failed: style.red('Failed.') }[
    status
  ];
  return [
    `${style.bold(tenant)}  ${verdict}`,
    ...files.map((line) => `  ${line}`),
    ...destroyed.flatMap((each) => destroyLines(each, style)),
    ...switched.flatMap(({ deployed, retired }) => [
      ...(deployed === null ? [] : deployLines(deployed, style)),
      ...(retired === null ? [] : destroyLines(retired, style)),
    ]),
    ...notes.map((line) => style.dim(`  ${line}`)),
    ...(record === null ? [] : [style.dim(`  record ${record}`)]),
    ...(error === null ? [] : failureLines(error, style)),
  ];
}
