import type { OrphanReport } from '@cf-deploy/deployer';
import { plural } from './plan.ts';
import type { Style } from './style.ts';

/** Workers that nobody names any more, and those of which it cannot be told; nothing when there are none. */
export function orphanLines({ orphans, unknown }: OrphanReport, style: Style): readonly string[] {
  return [
    ...(orphans.length === 0
      ? []
      : [
          `${style.yellow(plural(orphans.length, 'orphan'))}: deployed by this project, and nothing in it names it any more`,
          ...orphans.map(
            ({ scriptName, was, accountId }) => `  ${scriptName}  was ${was}, in account ${accountId}`,
          ),
          `  ${style.cyan('hint')} cf-deploy prune shows and deletes them.`,
        ]),
    ...unknown.map(({ scriptName, accountId, why }) =>
      style.dim(`${scriptName ?? `account ${accountId}`}: cannot be told whether it is an orphan: ${why}`),
    ),
  ];
}
