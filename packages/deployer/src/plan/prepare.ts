import { readAssets } from '../assets/manifest.ts';
import { bundleWorker } from '../bundle/bundle-worker.ts';
import type { BuildContext } from '../bundle/build-context.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { runBuildCommand } from '../bundle/command/custom-command.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { createRelease, type Release } from './plan.ts';
import { compact } from '../json.ts';
import { commandContext } from '../session/command-context.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/** What a build needs of a tenant's context: no account, no token. */
export type Workplace = Pick<TenantContext, 'worker' | 'world' | 'scope'>;

/**
 * Builds what would be uploaded. Touches the disk, never the network.
 * @param onCompiling called while a compiler of another process works; not when the code was compiled before
 * @throws BundleError, ConfigError ASSETS_INVALID
 */
export async function prepareRelease(
  context: Workplace,
  onCompiling?: BuildContext['onCompiling'],
): Promise<Release> {
  const { worker, world } = context;
  world.emit({ type: 'stage', tenant: worker.tenant, stage: 'bundle' });
  const bundle = await buildBundle(context, onCompiling);
  // After the bundle: a custom build command may write the assets.
  const assets = worker.assets === null ? null : await readAssets(worker.assets, worker);
  for (const message of [...(bundle?.warnings ?? []), ...(assets?.warnings ?? [])]) {
    world.emit({ type: 'notice', tenant: worker.tenant, message });
  }
  return createRelease(worker, bundle, assets);
}

/**
 * Begins the build that {@link prepareRelease} will ask for, while what comes before it takes its time. Not one that runs a
 * command of the tenant's: that belongs to whoever has the lock.
 */
export function beginBuild(context: Workplace, onCompiling: () => void): void {
  const { build } = context.worker;
  if (build === null || build.command !== null) return;
  // Whoever asks for it is told.
  buildBundle(context, onCompiling).catch(() => undefined);
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

async function buildBundle(
  { worker, world, scope }: Workplace,
  onCompiling: BuildContext['onCompiling'],
): Promise<Bundle | null> {
  return buildCode(worker, {
    cache: scope.buildCache,
    ...compact({ onCompiling }),
    ...(await commandContext({ worker, world, scope })),
  });
}

/**
 * Builds a Worker's code. A Worker without code has its custom build run, which may write its assets.
 * @throws BundleError
 */
export async function buildCode(
  worker: ResolvedWorker,
  surroundings: Omit<BuildContext, 'compatibilityDate' | 'compatibilityFlags' | 'rootDir' | 'allowedRoots'>,
): Promise<Bundle | null> {
  const context: BuildContext = {
    ...surroundings,
    compatibilityDate: worker.compatibilityDate,
    compatibilityFlags: worker.compatibilityFlags,
    rootDir: worker.rootDir,
    allowedRoots: worker.allowedRoots ?? [],
  };
  if (worker.build !== null) return bundleWorker(worker.build, context);
  if (worker.assetsBuild !== undefined) await runBuildCommand(worker.assetsBuild, context);
  return null;
}
