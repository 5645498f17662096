import type { FailedTenant, PlanResult } from '@cf-deploy/deployer';
import { changeLines, leftLines, unknownLines } from './changes.ts';
import { failureLines } from './failure.ts';
import { findingLines } from './findings.ts';
import { heading } from './heading.ts';
import type { Style } from './style.ts';

/** A plan: what differs, what would be done, what it costs, whether there is a way back. */
export function planLines(plan: PlanResult | FailedTenant, style: Style): readonly string[] {
  if ('error' in plan) return [heading(plan, style), ...failureLines(plan.error, style)];
  const { action, changes, steps, findings, bundle, reversible, calls, url } = plan;
  const lines = [heading(plan, style), ...(url === null ? [] : [`  ${style.dim(url)}`])];
  lines.push(...findings.flatMap((finding) => findingLines(finding, style).map((line) => `  ${line}`)));
  const rest = restLines(plan, style);
  if (action === 'none') return [...lines, `  ${nothingToDo(plan)}`, ...rest];
  lines.push(
    action === 'create' ? '  The Worker does not exist yet and would be created.' : '  It would change:',
  );
  lines.push(...changeLines(changes, style), ...rest);
  lines.push(
    '  Steps:',
    ...steps.map((step, index) => `    ${index + 1}. ${step.description}${warn(step, style)}`),
  );
  if (plan.beforeTraffic.why !== null) {
    lines.push(style.dim(`  not asked before it has traffic: ${plan.beforeTraffic.why}`));
  }
  if (bundle !== null) {
    lines.push(
      style.dim(
        `  bundle ${size(bundle.rawBytes)}, ${size(bundle.gzipBytes)} compressed, ${plural(bundle.modules, 'module')}`,
      ),
    );
  }
  if (!reversible.possible) lines.push(`  ${style.yellow('No way back')}: ${reversible.why ?? 'unknown'}`);
  lines.push(style.dim(`  ${plural(calls.spent, 'API call')} spent, about ${calls.estimated} to deploy`));
  return lines;
}

/** What a deploy does not touch, and what nobody knows. */
function restLines({ left, ignored, unknown }: PlanResult, style: Style): readonly string[] {
  return [
    ...leftLines(left, style),
    ...ignored.map(({ path, rule }) => style.dim(`  ignored ${path} (${rule})`)),
    ...unknownLines(unknown, style),
  ];
}

function nothingToDo({ left, ignored, unknown }: PlanResult): string {
  if (unknown.length > 0) return 'Nothing to do, as far as it could be compared.';
  return left.length + ignored.length > 0
    ? 'Nothing to do: what the files say is live.'
    : 'Nothing to do: what is live is what the files say.';
}

/** `12.3 KiB`. */
export function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KiB`;
}

/** `1 module`, `2 modules`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function warn(step: PlanResult['steps'][number], style: Style): string {
  return step.destructive ? ` ${style.red('(destructive)')}` : '';
}
