import type { DriftResult } from '@cf-deploy/deployer';
import { changeLines } from './changes.ts';
import { failureLines } from './failure.ts';
import { heading } from './heading.ts';
import type { Style } from './style.ts';

/** Drift of one tenant: what a deploy would put back, who changed it, and what was not compared. */
export function driftLines(result: DriftResult, style: Style): readonly string[] {
  const { outcome, drifted, changes, ignored, unknown, notices, provenance, error } = result;
  const lines = [heading(result, style)];
  if (error !== null) return [...lines, ...failureLines(error, style)];
  const owned = changes.filter((change) => change.owned);
  const left = changes.filter((change) => !change.owned);
  lines.push(`  ${verdict(outcome, style)}${owned.length > 0 ? ' A deploy would put back:' : ''}`);
  lines.push(...changeLines(owned, style));
  if (left.length > 0) lines.push('  Not declared, so a deploy leaves it:', ...changeLines(left, style));
  if (drifted && provenance !== null) lines.push(`  ${style.dim(lastChange(provenance))}`);
  lines.push(...ignored.map(({ path, rule }) => style.dim(`  ignored ${path} (${rule})`)));
  lines.push(...notices.map((notice) => `  ${notice}`));
  lines.push(...unknown.map(({ section, why }) => `  ${style.yellow('not compared')} ${section}: ${why}`));
  return lines;
}

function verdict(outcome: DriftResult['outcome'], style: Style): string {
  if (outcome === 'drifted') return style.yellow('Drifted.');
  if (outcome === 'clean') return `${style.green('No drift')}: what is live is what the files say.`;
  return `${style.yellow('Not known')}: nothing differs of what could be compared.`;
}

function lastChange({ author, source, at, versionId }: NonNullable<DriftResult['provenance']>): string {
  const parts = [
    `last deployed${author === null ? '' : ` by ${author}`}`,
    ...(source === null ? [] : [`from ${source}`]),
    ...(at === null ? [] : [`at ${at}`]),
    ...(versionId === null ? [] : [`(version ${versionId})`]),
  ];
  return parts.join(' ');
}
