import type { StatusResult } from '@cf-deploy/deployer';
import { paintHealth } from './deploy.ts';
import { failureLines } from './failure.ts';
import { heading } from './heading.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';

/** What is live for each tenant, as a table; errors below it. */
export async function statusLines(
  results: readonly StatusResult[],
  style: Style,
): Promise<readonly string[]> {
  const rows = results.map((result) => [
    style.bold(result.tenant),
    result.environment ?? 'top level',
    result.scriptName,
    traffic(result, style),
    result.deployment === null ? '–' : result.deployment.createdOn,
    result.deployment?.author ?? '–',
    result.error === null ? paintHealth({ ...result.health, message: '' }, style) : style.red('error'),
    result.lastRecord?.status ?? '–',
  ]);
  const table = await tableLines(
    ['tenant', 'environment', 'worker', 'live', 'since', 'by', 'health', 'last record'],
    rows,
    style,
  );
  return [
    ...table,
    ...results.flatMap((result) =>
      result.error === null ? [] : ['', heading(result, style), ...failureLines(result.error, style)],
    ),
    ...results.flatMap((result) =>
      result.error === null && result.health.verdict === 'unhealthy'
        ? ['', heading(result, style), `  ${paintHealth(result.health, style)}`]
        : [],
    ),
  ];
}

function traffic({ exists, deployment, dispatchNamespace, error }: StatusResult, style: Style): string {
  if (error !== null) return '?';
  if (!exists) return style.yellow('not deployed');
  if (dispatchNamespace !== null) return `in ${dispatchNamespace}`;
  if (deployment === null) return style.yellow('no deployment');
  return deployment.versions
    .map(
      ({ versionId, percentage }) =>
        `${versionId.slice(0, 8)}${percentage === 100 ? '' : ` ${percentage} %`}`,
    )
    .join(' + ');
}
