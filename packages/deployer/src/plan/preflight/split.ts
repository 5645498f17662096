import { ConflictError } from '../../errors.ts';
import type { LiveWorker } from '../../sections/live.ts';
import { problem, type Problem } from '../../sections/problem.ts';
import type { GradualDeploy } from '../../store/gradual.ts';

/** A split that was found, in words. */
export interface FoundSplit {
  readonly message: string;
  readonly hint: string;
}

/** Versions that have traffic, when more than one has. */
export function sharesOf({ deployment }: Pick<LiveWorker, 'deployment'>): readonly {
  readonly versionId: string;
  readonly percentage: number;
}[] {
  const shares = (deployment?.versions ?? []).filter(({ percentage }) => percentage > 0);
  return shares.length > 1 ? shares : [];
}

/** `90 % of 1234…, 10 % of 5678…` */
export function sharesInWords(
  shares: readonly { readonly versionId: string; readonly percentage: number }[],
): string {
  return shares
    .toSorted((a, b) => b.percentage - a.percentage)
    .map(({ versionId, percentage }) => `version ${versionId} has ${percentage} %`)
    .join(', ');
}

/**
 * The split of the traffic that is there, whose it is and how to go on; null when one version has all of it.
 * @param gradual what is kept of the Worker's last gradual deploy
 */
export function foundSplit(
  live: Pick<LiveWorker, 'deployment'>,
  scriptName: string,
  gradual: GradualDeploy | null,
): FoundSplit | null {
  const shares = sharesOf(live);
  if (shares.length === 0) return null;
  const ours = gradual !== null && isOfGradual(shares, gradual);
  const author = live.deployment?.author ?? null;
  const whose = ours
    ? `by the gradual deploy begun at ${new Date(gradual.startedAt).toISOString()}${gradual.by === null ? '' : ` by ${gradual.by}`}`
    : `at ${live.deployment?.createdOn ?? ''}${author === null ? '' : ` by ${author}`}`;
  return {
    message: `The traffic of Worker ${scriptName} is split, ${whose}: ${sharesInWords(shares)}.`,
    hint: ours
      ? 'Go on with "cf-deploy promote", take it back with "cf-deploy abort", or end it with --take-over-split.'
      : 'Finish the split where it was begun, give all traffic to one version with "cf-deploy rollback --to=<version>", or end it with --take-over-split.',
  };
}

/** Whether the traffic is shared by the two versions of that gradual deploy, and it is not over. */
export function isOfGradual(
  shares: readonly { readonly versionId: string }[],
  { status, oldVersionId, newVersionId }: GradualDeploy,
): boolean {
  const open = status === 'running' || status === 'paused';
  return open && shares.every(({ versionId }) => versionId === oldVersionId || versionId === newVersionId);
}

/** A deploy that uploads would end a split that somebody left: only when told to. */
export function checkSplit(split: FoundSplit | null, takeOverSplit: boolean): readonly Problem[] {
  if (split === null || takeOverSplit) return [];
  return [problem('TRAFFIC_SPLIT', { rule: 'traffic-split', path: 'version.traffic', ...split })];
}

/** The same as the error of a deploy that has nothing to upload. */
export function splitError(split: FoundSplit): ConflictError {
  return new ConflictError('TRAFFIC_SPLIT', `Nothing had to be uploaded. ${split.message}`, {
    hint: split.hint,
  });
}
