import type { VersionEntry, VersionsResult } from '@cf-deploy/deployer';
import type { CommandModule } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { gradualLines } from '../output/gradual.ts';
import { heading } from '../output/heading.ts';
import type { Style } from '../output/style.ts';
import { shortTime } from '../output/short-time.ts';
import { tableLines } from '../output/table.ts';
import {
  addNamedFlags,
  addTargetFlags,
  namedBy,
  oneTarget,
  type NamedFlags,
  type TargetFlags,
} from '../flags/target-flags.ts';

/** `versions`: the versions of one Worker, newest first. */
export const versions: CommandModule = {
  name: 'versions',
  summary: 'list the versions of a Worker',
  examples: ['cf-deploy versions --tenant=acme --env=production'],
  configure(command, execute) {
    addNamedFlags(addTargetFlags(command)).action(
      execute<TargetFlags & NamedFlags>(async (context, { flags }) => {
        const target = oneTarget(flags);
        const result = await (await context.deployer()).versions({ ...target, ...namedBy(flags) });
        return { result, exitCode: EXIT.ok, lines: (style) => versionsLines(result, style) };
      }),
    );
  },
};

/** The versions of a Worker, newest first, and which one can be gone back to. */
export async function versionsLines(result: VersionsResult, style: Style): Promise<readonly string[]> {
  if (result.versions.length === 0) return [heading(result, style), '  It has no versions.'];
  const { versions: all } = result;
  const cells = (text: (version: VersionEntry) => string): readonly string[] => all.map(text);
  return [
    heading(result, style),
    ...(await tableLines(
      [
        {
          name: 'live',
          cells: cells(({ percentage }) => (percentage === 0 ? '' : `${percentage} %`)),
          paint: style.green,
        },
        { name: '#', cells: cells(({ number }) => String(number)) },
        // Eight digits are enough for --to.
        { name: 'version', cells: cells(({ versionId }) => versionId), short: (id) => id.slice(0, 8) },
        { name: 'created', cells: cells(({ createdOn }) => createdOn), short: shortTime, drop: 1 },
        { name: 'by', cells: cells(({ author }) => author ?? '–'), least: 10, drop: 4 },
        { name: 'commit', cells: cells(({ commit }) => commit?.slice(0, 8) ?? '–') },
        { name: 'tag', cells: cells(({ tag }) => tag ?? '–'), least: 8, drop: 3 },
        { name: 'message', cells: cells(({ message }) => message ?? ''), least: 12, drop: 2 },
      ],
      style,
    )),
    ...barredLines(all, style),
    ...gradualLines(result, style),
  ];
}

/** Versions that cannot be gone back to, those of one reason together. */
function barredLines(entries: readonly VersionEntry[], style: Style): readonly string[] {
  const reasons = new Map<string, number[]>();
  for (const { number, deployable } of entries) {
    if (deployable.possible) continue;
    const why = deployable.why ?? 'not deployable';
    reasons.set(why, [...(reasons.get(why) ?? []), number]);
  }
  return [...reasons].map(
    ([why, numbers]) => `  ${style.yellow('no way back')} to #${numbers.join(', #')}: ${why}`,
  );
}
