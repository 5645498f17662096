import type { DeployResult } from '@cf-deploy/deployer';
import type { Style } from './style.ts';

/** One line about all Workers that were deployed and that nobody asks whether they are well: how to have them asked. */
export async function noHealthCheckLines(
  results: readonly DeployResult[],
  style: Style,
): Promise<readonly string[]> {
  // It is loaded: a result came from it.
  const { lacksHealthCheck } = await import('@cf-deploy/deployer');
  const count = results.filter(lacksHealthCheck).length;
  if (count === 0) return [];
  const whose = count === 1 ? 'a health check' : `a health check to ${count} Workers`;
  return [
    `${style.cyan('hint')} export default { healthCheck: { path: "/" } } in cf-deploy.config.ts adds ${whose}`,
  ];
}
