import type { DriftResult } from '@cf-deploy/deployer';
import { changeLines } from './changes.ts';
import { failureLines } from './failure.ts';
import { heading } from './heading.ts';
import type { Style } from './style.ts';

/** Drift of one tenant: what a deploy would put back, who changed it, and what was not compared. */
export function driftLines(result: DriftResult, style: Style): readonly string[] {
  const { drifted, changes, ignored, unknown, provenance, error } = result;
  const lines = [heading(result, style)];
  if (error !== null) return [...lines, ...failureLines(error, style)];
  lines.push(
    drifted
      ? `  ${style.yellow('Drifted.')} A deploy would put back:`
      : `  ${style.green('No drift')}: what is live is what the files say.`,
    ...changeLines(changes, style),
  );
  if (drifted && provenance !== null) lines.push(`  ${style.dim(lastChange(provenance))}`);
  lines.push(...ignored.map(({ path, rule }) => style.dim(`  ignored ${path} (${rule})`)));
  lines.push(...unknown.map(({ section, why }) => `  ${style.yellow('not compared')} ${section}: ${why}`));
  return lines;
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
