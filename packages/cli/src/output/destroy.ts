import type { DestroyPlan, DestroyResult, DestroyRun } from '@cf-deploy/deployer';
import { failureLines } from './failure.ts';
import { heading } from './heading.ts';
import { plural } from './plan.ts';
import type { Style } from './style.ts';

/** What would be destroyed: each thing by name, what is lost with it, and what stays. */
export function destroyPlanLines(plan: DestroyPlan, style: Style): readonly string[] {
  const { removes, problems, calls } = plan;
  const lines = [heading(plan, style), `  account ${plan.accountId}`];
  lines.push(...problems.map((problem) => `  ${style.red('error')} ${problem}`));
  if (removes.length === 0)
    return [...lines, '  Nothing is there: it is gone already.', ...restLines(plan, style)];
  lines.push(
    '  It would delete:',
    ...removes.map(
      ({ name, loses }) => `    ${name}${loses === null ? '' : `, and with it ${style.red(loses)}`}`,
    ),
    ...restLines(plan, style),
  );
  return [
    ...lines,
    style.dim(`  ${plural(calls.spent, 'API call')} spent, about ${calls.estimated} to destroy`),
  ];
}

/** What became of it, as it was read afterwards. */
export function destroyLines(result: DestroyResult, style: Style): readonly string[] {
  const { status, endState, removed, leftovers, record, recordError, error } = result;
  const lines = [heading(result, style), `  ${verdict(status, endState, style)}`];
  lines.push(...removed.map((name) => `    deleted ${name}`));
  if (leftovers.length > 0)
    lines.push(`  ${style.yellow('still there')}`, ...leftovers.map((name) => `    ${name}`));
  lines.push(...restLines(result, style));
  if (record !== null) lines.push(`  record   ${record}`);
  if (recordError !== null) lines.push(`  ${style.red('record')}   ${recordError}`);
  lines.push(style.dim(`  ${plural(result.calls, 'API call')}, ${(result.durationMs / 1000).toFixed(1)} s`));
  if (error !== null) lines.push(...failureLines(error, style));
  return lines;
}

/** All of them, and those that were not begun. */
export function destroyRunLines({ results, notTried }: DestroyRun, style: Style): readonly string[] {
  return [
    ...results.flatMap((result, index) => [...(index === 0 ? [] : ['']), ...destroyLines(result, style)]),
    ...(notTried.length === 0 ? [] : ['', `Not begun: ${notTried.join(', ')}`]),
  ];
}

function verdict(status: DestroyResult['status'], endState: DestroyResult['endState'], style: Style): string {
  if (status === 'destroyed') return style.green('Destroyed.');
  if (status === 'already-gone') return style.green('Already gone.');
  return `${style.red('Failed.')} ${END_STATES[endState]}`;
}

const END_STATES = {
  gone: 'All of it is gone.',
  partly: 'A part of it is gone.',
  untouched: 'All of it is as it was.',
  unknown: 'What is left could not be read; run the command again.',
} as const;

function restLines(
  { kept, unknown }: Pick<DestroyPlan, 'kept' | 'unknown'>,
  style: Style,
): readonly string[] {
  return [
    ...kept.map(({ name, why }) => style.dim(`  keeps ${name}: ${why}`)),
    ...unknown.map(({ what, why }) => `  ${style.yellow('not known')} ${what}: ${why}`),
  ];
}
