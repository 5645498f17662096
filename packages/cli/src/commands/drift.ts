import type { DriftResult } from '@cf-deploy/deployer';
import type { CommandModule } from '../command.ts';
import { changeLines, leftLines, unknownLines } from '../output/changes.ts';
import { addLookFlags, lookOptions, type LookFlags } from '../flags/look-flags.ts';
import { failureLines } from '../output/failure.ts';
import { notLookedAtLines } from '../output/not-looked-at.ts';
import { fleetLines } from '../output/fleet.ts';
import { projectLines } from '../output/findings.ts';
import { heading } from '../output/heading.ts';
import type { Style } from '../output/style.ts';
import { addScopeFlags, scopeOf, selected, type ScopeFlags } from '../flags/target-flags.ts';
import { exitStatus, fleetStatus } from '../exit-codes.ts';

interface Flags extends ScopeFlags, LookFlags {
  readonly deep?: boolean;
}

/** `drift`: what is live and not in the files. Exit status 2 when there is any. */
export const drift: CommandModule = {
  name: 'drift',
  summary: 'find what was changed behind the files',
  examples: [
    'cf-deploy drift --all --env=production',
    'cf-deploy drift --all --env=production --full',
    'cf-deploy drift --tenant=acme --env=production --deep',
  ],
  configure(command, execute) {
    addLookFlags(addScopeFlags(command))
      .option('--deep', 'compare the live code itself too')
      .action(
        execute<Flags>(async (context, { flags }) => {
          const scope = scopeOf(flags);
          const deep = flags.deep === true;
          const look = lookOptions(flags, scope.kind === 'many');
          const deployer = await context.deployer();
          if (scope.kind === 'one') {
            await context.progress.start([scope.target.tenant]);
            const result = await deployer.drift({ ...scope.target, deep });
            return {
              result,
              exitCode: await exitStatus('drift', [result]),
              lines: (style) => driftLines(result, style),
            };
          }
          await context.progress.start(selected(await deployer.tenants(), scope.selection));
          const fleet = await deployer.driftAll({ ...scope.selection, ...look, deep });
          return {
            result: fleet,
            exitCode: await fleetStatus('drift', fleet),
            lines: (style) => [
              ...projectLines(fleet.findings, style),
              ...fleetLines(fleet, style, driftLines),
              ...notLookedAtLines(fleet.results, style),
            ],
          };
        }),
      );
  },
};

/** Drift of one tenant: what a deploy would put back, who changed it, and what was not compared. */
export function driftLines(result: DriftResult, style: Style): readonly string[] {
  const { outcome, drifted, changes, ignored, unknown, notices, provenance, error } = result;
  const lines = [heading(result, style)];
  if (error !== null) return [...lines, ...failureLines(error, style)];
  const owned = changes.filter((change) => change.owned);
  const left = changes.filter((change) => !change.owned);
  lines.push(`  ${verdict(outcome, style)}${owned.length > 0 ? ' A deploy would put back:' : ''}`);
  lines.push(...changeLines(owned, style));
  lines.push(...leftLines(left, style));
  if (drifted && provenance !== null) lines.push(`  ${style.dim(lastChange(provenance))}`);
  lines.push(...ignored.map(({ path, rule }) => style.dim(`  ignored ${path} (${rule})`)));
  lines.push(...notices.map((notice) => `  ${notice}`));
  lines.push(...unknownLines(unknown, style));
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
