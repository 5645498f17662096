import type { ReleaseResult, ReleaseRun, ReleaseSummary } from '@cf-deploy/deployer';
import type { Outcome } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { exitCodeOf } from '../verdict.ts';
import { deployLines } from './deploy.ts';
import { fleetLines } from './fleet.ts';
import { plural } from './plan.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';

/** A run of a release: its tenants, where it stands, and how to go on. */
export async function releaseOutcome(run: ReleaseRun, done = 'Deployed.'): Promise<Outcome> {
  return {
    result: run,
    exitCode: await runExitCode(run),
    lines: (style) =>
      run.release === null
        ? ['Nothing to do: the selection has no tenant that changed or failed.']
        : [
            ...fleetLines(run, style, (result, own) => deployLines(result, own, done)),
            ...budgetLines(run, style),
            ...standing(run.release, style),
          ],
  };
}

/** That of the tenants' failures; a release that stopped short of its end without any, other than at a gate, is 1. */
async function runExitCode({ results, recordError, release }: ReleaseRun): Promise<ExitCode> {
  const code = await exitCodeOf([...results, { recordError: recordError ?? null }], false);
  if (code !== EXIT.ok || release === null) return code;
  return release.status === 'done' || release.atGate ? EXIT.ok : EXIT.failed;
}

/** Releases, newest first. */
export async function releasesLines(
  releases: readonly ReleaseSummary[],
  style: Style,
): Promise<readonly string[]> {
  if (releases.length === 0) return ['There are no releases.'];
  return tableLines(
    ['release', 'kind', 'environment', 'status', 'by', 'commit', 'targets', ''],
    releases.map((release) => [
      release.id,
      release.kind,
      release.environment ?? '(top level)',
      paint(release, style),
      release.by ?? '–',
      release.commit?.slice(0, 8) ?? '–',
      counts(release),
      release.why ?? '',
    ]),
    style,
  );
}

/** One release and each of its targets. */
export async function releaseLines(release: ReleaseResult, style: Style): Promise<readonly string[]> {
  const rows = release.members.map((member) => [
    member.target,
    release.rollout.waves[member.wave]?.name ?? String(member.wave + 1),
    member.state,
    member.endState ?? '',
    member.previousVersionId ?? '–',
    member.versionId ?? '–',
    member.error?.message ?? '',
  ]);
  return [
    `${style.bold(release.id)}  ${release.kind} of ${release.environment ?? 'the top level'}, begun ${release.createdAt}`,
    ...(release.of === null ? [] : [`  takes back ${release.of}`]),
    ...(await tableLines(['target', 'wave', 'state', 'live', 'before', 'version', ''], rows, style)),
    ...standing(release, style),
  ];
}

/** One line about a release after it was paused or ended. */
export function standing(release: ReleaseSummary, style: Style): readonly string[] {
  const { id, why, targets } = release;
  const waiting = (targets['waiting'] ?? 0) + (targets['skipped'] ?? 0);
  const left = waiting === 0 ? '' : `; ${plural(waiting, 'target')} not begun, as they were before`;
  const line = `release ${style.bold(id)} ${paint(release, style)}${why === null ? '' : `: ${why}`}${left}`;
  return [line, ...next(release).map((command) => style.dim(`  ${command}`))];
}

function next({ id, status, kind, targets }: ReleaseSummary): readonly string[] {
  if (kind === 'rollback') return [];
  const back = (targets['done'] ?? 0) > 0 ? [`back:   cf-deploy rollback --release=${id}`] : [];
  if (status === 'paused') return [`go on:  cf-deploy release continue ${id}`, ...back];
  if (status === 'failed') return [`go on:  cf-deploy resume ${id}`, ...back];
  return [];
}

function budgetLines({ budget }: ReleaseRun, style: Style): readonly string[] {
  if (budget.skippedBySweep === 0) return [];
  const not =
    budget.notLookedAt.length === 0 ? '' : `; not looked at: ${budget.notLookedAt.join(', ')} (--full does)`;
  return [
    style.dim(`${plural(budget.skippedBySweep, 'tenant')} unchanged by the lists of the account${not}`),
  ];
}

function paint({ status }: ReleaseSummary, style: Style): string {
  if (status === 'done') return style.green(status);
  return status === 'failed' || status === 'aborted' ? style.red(status) : style.yellow(status);
}

function counts({ targets }: ReleaseSummary): string {
  return Object.entries(targets)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}
