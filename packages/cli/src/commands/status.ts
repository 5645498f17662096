import type { StatusResult } from '@cf-deploy/deployer';
import type { CommandModule } from '../command.ts';
import { exitStatus, fleetStatus } from '../exit-codes.ts';
import { HEALTH_WORDS, paintHealth } from '../output/deploy.ts';
import { addLookFlags, lookOptions, type LookFlags } from '../flags/look-flags.ts';
import { failureLines } from '../output/failure.ts';
import { gradualLines } from '../output/gradual.ts';
import { notLookedAtLines } from '../output/not-looked-at.ts';
import { projectLines } from '../output/findings.ts';
import { heading } from '../output/heading.ts';
import type { Style } from '../output/style.ts';
import { orphanLines } from '../output/orphans.ts';
import { tableLines } from '../output/table.ts';
import { shortTime } from '../output/short-time.ts';
import {
  addNamedFlags,
  addScopeFlags,
  namedBy,
  scopeOf,
  type NamedFlags,
  type ScopeFlags,
} from '../flags/target-flags.ts';
import { UsageError } from '../usage-error.ts';

/** `status`: what is live and how it is; of every tenant unless one is named. Exit status 1 when one is unhealthy. */
export const status: CommandModule = {
  name: 'status',
  summary: 'show what is live and how it is',
  examples: [
    'cf-deploy status --all --env=production',
    'cf-deploy status --tenant=acme --env=production',
    'cf-deploy status --tenant=acme --account=<id> --script=acme-api',
  ],
  configure(command, execute) {
    addLookFlags(addNamedFlags(addScopeFlags(command))).action(
      execute<ScopeFlags & NamedFlags & LookFlags>(async (context, { flags }) => {
        const scope = scopeOf(flags.tenant === undefined ? { ...flags, all: true } : flags);
        const named = namedBy(flags);
        const look = lookOptions(flags, scope.kind === 'many');
        if (scope.kind === 'many' && Object.keys(named).length > 0) {
          throw new UsageError('--account and --script go with one --tenant.', 'Add --tenant=<id>.');
        }
        const deployer = await context.deployer();
        if (scope.kind === 'one') {
          const result = await deployer.status({ ...scope.target, ...named });
          return {
            result,
            exitCode: await exitStatus('status', [result]),
            lines: (style) => statusLines([result], style),
          };
        }
        const fleet = await deployer.statusAll({ ...scope.selection, ...look });
        return {
          result: fleet,
          exitCode: await fleetStatus('status', fleet),
          lines: async (style) => {
            const orphans = fleet.orphans === null ? [] : orphanLines(fleet.orphans, style);
            return [
              ...projectLines(fleet.findings, style),
              ...(await statusLines(fleet.results, style)),
              ...notLookedAtLines(fleet.results, style),
              ...(orphans.length === 0 ? [] : ['', ...orphans]),
            ];
          },
        };
      }),
    );
  },
};

/** What is live for each tenant, as a table; errors below it. */
export async function statusLines(
  results: readonly StatusResult[],
  style: Style,
): Promise<readonly string[]> {
  const cells = (text: (result: StatusResult) => string): readonly string[] => results.map(text);
  const table = await tableLines(
    [
      { name: 'tenant', cells: cells(({ tenant }) => tenant), paint: style.bold, least: 16 },
      { name: 'environment', cells: cells(({ environment }) => environment ?? 'top level'), least: 11 },
      { name: 'worker', cells: cells(({ scriptName }) => scriptName), least: 12, drop: 3 },
      {
        name: 'live',
        cells: cells(traffic),
        paint: (text, row) => ((results[row]?.deployment ?? null) === null ? style.yellow(text) : text),
      },
      {
        name: 'since',
        cells: cells(({ deployment }) => deployment?.createdOn ?? '–'),
        short: shortTime,
        drop: 1,
      },
      { name: 'by', cells: cells(({ deployment }) => deployment?.author ?? '–'), least: 10, drop: 4 },
      {
        name: 'health',
        cells: cells(healthWord),
        paint: (text, row) => paintWord(text, results[row], style),
      },
      { name: 'last record', cells: cells(({ lastRecord }) => lastRecord?.status ?? '–'), drop: 2 },
    ],
    style,
  );
  return [
    ...table,
    ...results.flatMap((result) =>
      result.error === null ? [] : ['', heading(result, style), ...failureLines(result.error, style)],
    ),
    ...results.flatMap((result) => unwellLines(result, style)),
    ...results.flatMap((result) => besideLines(result, style)),
    ...results.flatMap((result) => openGradualLines(result, style)),
  ];
}

/** Why it is not known to be well, and what would tell. */
function unwellLines(result: StatusResult, style: Style): readonly string[] {
  const { error, health } = result;
  if (error !== null || health.verdict === 'healthy' || health.verdict === 'skipped') return [];
  return [
    '',
    heading(result, style),
    `  ${paintHealth(health, style)}`,
    ...(health.hint === null ? [] : [`  ${style.cyan('hint')} ${health.hint}`]),
  ];
}

/** What is there beside the live version, and what of it nobody could tell. */
function besideLines(result: StatusResult, style: Style): readonly string[] {
  const { undeployed, unknown } = result;
  const waiting =
    undeployed === null
      ? []
      : [
          `version ${undeployed.versionId} was uploaded${undeployed.author === null ? '' : ` by ${undeployed.author}`} and has no traffic`,
        ];
  const lines = [...waiting, ...unknown.map((text) => `not known: ${text}`)];
  return lines.length === 0
    ? []
    : ['', heading(result, style), ...lines.map((line) => `  ${style.yellow(line)}`)];
}

/** A gradual deploy that waits for somebody. */
function openGradualLines(result: StatusResult, style: Style): readonly string[] {
  const lines = gradualLines(result, style);
  return lines.length === 0 ? [] : ['', heading(result, style), ...lines];
}

function healthWord({ error, health }: StatusResult): string {
  return error === null ? HEALTH_WORDS[health.verdict] : 'error';
}

function paintWord(text: string, result: StatusResult | undefined, style: Style): string {
  if ((result?.error ?? null) !== null || result?.health.verdict === 'unhealthy') return style.red(text);
  return result?.health.verdict === 'healthy' ? style.green(text) : style.yellow(text);
}

function traffic({ exists, deployment, dispatchNamespace, error }: StatusResult): string {
  if (error !== null) return '?';
  if (!exists) return 'not deployed';
  if (dispatchNamespace !== null) return `in ${dispatchNamespace}`;
  if (deployment === null) return 'no deployment';
  return deployment.versions
    .map(
      ({ versionId, percentage }) =>
        `${versionId.slice(0, 8)}${percentage === 100 ? '' : ` ${percentage} %`}`,
    )
    .join(' + ');
}
