import type { VersionSummary } from '../cloudflare/shapes.ts';
import { listDeployableVersions, listNewestVersions } from '../cloudflare/versions.ts';
import { commitOf, userMessage } from '../sections/marker.ts';
import type { GradualSummary } from '../store/gradual.ts';
import { shownGradual } from '../session/gradual.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { readDeployments } from './read-deployments.ts';

/** One version that the Worker had or has. */
export interface VersionEntry {
  readonly versionId: string;
  readonly number: number;
  readonly createdOn: string;
  readonly author: string | null;
  readonly source: string | null;
  readonly message: string | null;
  readonly tag: string | null;
  readonly commit: string | null;
  /** Share of live traffic, percent; 0 when not deployed. */
  readonly percentage: number;
  /** Whether it can be rolled back to, and why not. */
  readonly deployable: { readonly possible: boolean; readonly why: string | null };
}

/** The newest versions, the last uploaded first. */
export interface VersionsResult {
  readonly tenant: string;
  /** Which of the tenant's Workers; null for its only one. */
  readonly worker: string | null;
  readonly environment: string | null;
  readonly scriptName: string;
  /** Where the last gradual deploy stands that is known here. */
  readonly gradual: GradualSummary | null;
  readonly versions: readonly VersionEntry[];
}

/**
 * The versions that can be deployed, newest first, with their share of the traffic.
 * @throws DeployError WORKER_MISSING
 */
export async function versionsTenant(context: TenantContext): Promise<VersionsResult> {
  const { worker, api } = context;
  const deployments = await readDeployments(context);
  const [deployable, newest] = await Promise.all([
    listDeployableVersions(api.reader, worker.scriptName),
    listNewestVersions(api.reader, worker.scriptName),
  ]);
  const usable = new Set(deployable.map(({ id }) => id));
  const rest = newest.filter(({ id }) => !usable.has(id));
  const shares = new Map(
    deployments[0]?.versions.map(({ versionId, percentage }) => [versionId, percentage]),
  );
  return {
    tenant: worker.tenant,
    worker: worker.worker,
    environment: worker.environment,
    scriptName: worker.scriptName,
    gradual: shownGradual(context, deployments[0]?.versions),
    versions: [...deployable, ...rest]
      .toSorted((a, b) => b.number - a.number)
      .map((version) => toEntry(version, shares.get(version.id) ?? 0, usable.has(version.id))),
  };
}

function toEntry(version: VersionSummary, percentage: number, usable: boolean): VersionEntry {
  return {
    versionId: version.id,
    number: version.number,
    createdOn: version.createdOn ?? '',
    author: version.author,
    source: version.source,
    message: userMessage(version.annotations),
    tag: version.annotations['workers/tag'] ?? null,
    commit: commitOf(version.annotations),
    percentage,
    deployable: { possible: usable, why: usable ? null : 'Cloudflare does not list it as deployable' },
  };
}
