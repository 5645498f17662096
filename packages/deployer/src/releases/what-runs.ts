import { activeDeployment } from '../cloudflare/deployments.ts';
import { getSettings } from '../cloudflare/scripts.ts';
import { getVersion } from '../cloudflare/versions.ts';
import { largestShare } from '../sections/live.ts';
import { readMarker } from '../sections/marker.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/** What a target runs. */
export interface WhatRuns {
  /**
   * As a release notes it: the version with most of the traffic; in a dispatch namespace, which has no versions, the digest
   * of the kept upload. Null: nothing, or nothing that has a name.
   */
  readonly id: string | null;
  /** Who put it there and when, as the end of a sentence. */
  readonly by: string;
  /** Whether cf-deploy made it. */
  ours(): Promise<boolean>;
}

/** Reads what a target runs, with one call. */
export async function whatRuns({ api, worker }: Pick<TenantContext, 'api' | 'worker'>): Promise<WhatRuns> {
  if (worker.dispatchNamespace !== null) {
    const settings = await getSettings(api.reader, worker);
    const marker = readMarker(settings?.annotations ?? {});
    return { id: marker?.artifact ?? null, by: 'somebody uploaded it', ours: async () => marker !== null };
  }
  const live = await activeDeployment(api.reader, worker.scriptName);
  const id = largestShare(live);
  return {
    id,
    by: `${live?.author ?? 'somebody'} deployed it at ${live?.createdOn ?? 'an unknown time'}`,
    async ours() {
      const version = id === null ? null : await getVersion(api.reader, worker.scriptName, id);
      return version !== null && readMarker(version.annotations) !== null;
    },
  };
}
