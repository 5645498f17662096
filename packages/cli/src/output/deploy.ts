import type { DeployResult } from '@cf-deploy/deployer';
import { changeLines } from './changes.ts';
import { failureLines } from './failure.ts';
import { gradualLines } from './gradual.ts';
import { heading } from './heading.ts';
import { plural } from './plan.ts';
import type { Style } from './style.ts';

/** How a deploy or a rollback ended: the truth about what is live, then the error if there was one. `done`: what success is called. */
export function deployLines(result: DeployResult, style: Style, done = 'Deployed.'): readonly string[] {
  const { status, url, changes, health, record, leftovers, error } = result;
  const lines = [heading(result, style), `  ${verdict(result, style, done)}`];
  if (status !== 'unchanged') lines.push(...changeLines(changes, style));
  if (url !== null) lines.push(`  url      ${style.cyan(url)}`);
  lines.push(...versionLines(result, style));
  if (result.broughtBack !== undefined) lines.push(`  code of  ${result.broughtBack}, uploaded again`);
  if (health.verdict !== 'skipped') lines.push(`  health   ${paintHealth(health, style)}`);
  // The error of a failed deploy has the same hint.
  if (health.hint !== null && error === null) lines.push(`           ${style.dim(health.hint)}`);
  if (leftovers.length > 0) {
    const title = status === 'paused' ? 'stands' : 'left behind';
    lines.push(`  ${style.yellow(title)}`, ...leftovers.map((name) => `    ${name}`));
  }
  lines.push(...gradualLines(result, style));
  if (result.begun !== undefined) lines.push(...begunLines(result.begun));
  if (record !== null) lines.push(`  record   ${record}`);
  if (result.recordError !== null) lines.push(`  ${style.red('record')}   ${result.recordError}`);
  lines.push(style.dim(`  ${plural(result.calls, 'API call')}, ${(result.durationMs / 1000).toFixed(1)} s`));
  if (error !== null) lines.push(...failureLines(error, style));
  return lines;
}

/** The upload that went before, because others waited for the Worker. */
function begunLines({ versionId, without, record }: NonNullable<DeployResult['begun']>): readonly string[] {
  const lacking = `without ${without.join(', ')}`;
  return [`  first    ${versionId ?? 'uploaded'}, ${lacking}${record === null ? '' : ` (${record})`}`];
}

/** Verdicts as an operator reads them. */
export const HEALTH_WORDS: Readonly<Record<DeployResult['health']['verdict'], string>> = {
  healthy: 'healthy',
  unhealthy: 'unhealthy',
  'old-version': 'old version',
  spreading: 'not there yet',
  inconclusive: 'cannot tell',
  skipped: 'skipped',
};

/** `healthy — 200 in 12 ms`. */
export function paintHealth(health: DeployResult['health'], style: Style): string {
  const paint = { healthy: style.green, unhealthy: style.red }[health.verdict as string];
  const name = (paint ?? style.yellow)(HEALTH_WORDS[health.verdict]);
  return health.message === '' ? name : `${name} ${style.dim(health.message)}`;
}

function verdict({ status, endState }: DeployResult, style: Style, done: string): string {
  if (status === 'deployed') return style.green(done);
  if (status === 'unchanged') return style.green('Unchanged: nothing was uploaded.');
  if (status === 'paused') return style.yellow('Paused: both versions share the traffic.');
  if (status === 'planned') return 'Planned only.';
  if (status === 'rolled-back') return style.yellow('Failed, and the version from before is live again.');
  return `${style.red('Failed.')} ${END_STATES[endState]}`;
}

const END_STATES = {
  untouched: 'What is live was not touched.',
  uploaded: 'A version was uploaded but gets no traffic.',
  'live-partly': 'What is live is only a part of what was wanted.',
  live: 'The new version is live.',
  'rolled-back': 'The version from before is live again.',
  unknown: 'What is live could not be read; look with cf-deploy status.',
} as const;

/** Which version is live, and what became of the other one. */
function versionLines(
  { versionId, previousVersionId, endState }: DeployResult,
  style: Style,
): readonly string[] {
  if (versionId === null) return [];
  const back = ['untouched', 'uploaded', 'rolled-back'].includes(endState) && versionId !== previousVersionId;
  if (back) {
    return [
      ...(previousVersionId === null ? [] : [`  version  ${previousVersionId}`]),
      `  tried    ${versionId}, which has no traffic`,
    ];
  }
  // Only what was read is told as live.
  const line = `  ${endState === 'live' ? 'version' : 'tried  '}  ${versionId}`;
  if (previousVersionId === null || previousVersionId === versionId) return [line];
  const whole = `${line} (before: ${previousVersionId})`;
  return whole.length <= style.width ? [whole] : [line, `  before   ${previousVersionId}`];
}
