import { resolve } from 'node:path';
import { readAssets } from '../assets/manifest.ts';
import { writeBuild } from '../bundle/write-build.ts';
import type { Target } from '../session/target.ts';
import { commandContext } from '../session/command-context.ts';
import { resolveTarget } from '../session/tenant-context.ts';
import { buildCode } from '../plan/prepare.ts';
import type { CommandScope, World } from '../session/world.ts';

/** What was built, and where it was written. Sizes in bytes. */
export interface BuildResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly outdir: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly digest: string;
  readonly size: { readonly raw: number; readonly gzip: number };
  readonly warnings: readonly string[];
}

/** Builds what would be uploaded and writes it to a folder. Needs no credentials. */
export async function buildTenant(
  world: World,
  scope: CommandScope,
  target: Target & { readonly outdir: string },
): Promise<BuildResult> {
  const worker = await resolveTarget(world, scope, target);
  const outdir = resolve(world.rootDir, target.outdir);
  const bundle = await buildCode(worker, await commandContext({ worker, world, scope }));
  // After the bundle: a custom build command may write the assets.
  const assets = worker.assets === null ? null : await readAssets(worker.assets, worker);
  return {
    tenant: worker.tenant,
    environment: worker.environment,
    outdir,
    files: await writeBuild({ bundle, assets, outdir }),
    digest: bundle?.digest ?? assets?.digest ?? '',
    size: bundle?.size ?? { raw: assets?.totalBytes ?? 0, gzip: assets?.totalBytes ?? 0 },
    warnings: [...(bundle?.warnings ?? []), ...(assets?.warnings ?? [])],
  };
}
