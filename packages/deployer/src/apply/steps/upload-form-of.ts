import { packageDependencies } from '../../bundle/package-dependencies.ts';
import type { Progress, StepContext } from '../../plan/step.ts';
import type { FormPart } from '../../transport/multipart.ts';
import { buildUploadForm } from '../upload-form.ts';
import { buildUploadMetadata, type UploadInputs } from '../upload-metadata.ts';

/** The form of an upload step, made afresh for each attempt. Lists the packages that are installed, as wrangler does. */
export async function uploadForm(
  context: StepContext,
  soFar: Progress,
  step: Pick<UploadInputs, 'upload' | 'inheritedSecrets' | 'migrations' | 'tags' | 'keptSettings'>,
): Promise<() => readonly FormPart[]> {
  const { worker, bundle, assets } = context;
  const metadata = buildUploadMetadata(worker, {
    ...step,
    bundle,
    ...(assets === null || soFar.assetsToken === undefined
      ? {}
      : { assets: { jwt: soFar.assetsToken, config: assets.config } }),
    newSecrets: context.newSecrets,
    annotations: context.versionAnnotations,
    packageDependencies:
      worker.build === null ? [] : packageDependencies(worker.build.projectDir, worker.build.hiddenPackages),
  });
  return () => buildUploadForm(metadata, bundle);
}
