import { readAssets } from '../assets/manifest.ts';
import { bundleWorker } from '../bundle/bundle-worker.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { createRelease, type Release } from './plan.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/** What a build needs of a tenant's context: no account, no token. */
export type Workplace = Pick<TenantContext, 'worker' | 'world' | 'run'>;

/**
 * Builds what would be uploaded. Touches the disk, never the network.
 * @throws BundleError, ConfigError ASSETS_INVALID
 */
export async function prepareRelease(context: Workplace): Promise<Release> {
  const { worker, world } = context;
  world.emit({ type: 'stage', tenant: worker.tenant, stage: 'bundle' });
  const bundle = await buildBundle(context);
  // After the bundle: a custom build command may write the assets.
  const assets = worker.assets === null ? null : await readAssets(worker.assets, { rootDir: worker.rootDir });
  for (const message of [...(bundle?.warnings ?? []), ...(assets?.warnings ?? [])]) {
    world.emit({ type: 'notice', tenant: worker.tenant, message });
  }
  return createRelease(worker, bundle, assets);
}

/**
 * Starts the code here, where the caller gave a way to; code that does not start is never uploaded.
 * @throws BundleError SCRIPT_DOES_NOT_START
 */
export async function checkStartup(
  { worker, world }: Workplace,
  { bundle }: Release,
  upload: 'version' | 'script' | null,
): Promise<void> {
  if (bundle !== null) await world.checkStartup?.(worker, bundle, upload);
}

async function buildBundle({ worker, world, run }: Workplace): Promise<Bundle | null> {
  if (worker.build === null) return null;
  return bundleWorker(worker.build, {
    compatibilityDate: worker.compatibilityDate,
    compatibilityFlags: worker.compatibilityFlags,
    rootDir: worker.rootDir,
    cache: run.buildCache,
    env: world.env,
    secretNames: [...worker.secrets.required, ...(worker.secrets.optional ?? [])],
    ...(world.signal === undefined ? {} : { signal: world.signal }),
  });
}
