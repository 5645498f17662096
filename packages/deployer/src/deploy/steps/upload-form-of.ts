import type { Progress, StepContext } from '../step.ts';
import { buildUploadForm } from '../upload-form.ts';
import { buildUploadMetadata, type UploadInputs } from '../upload-metadata.ts';

/** The form of an upload step, made afresh for each attempt. */
export function uploadForm(
  context: StepContext,
  soFar: Progress,
  step: Pick<UploadInputs, 'upload' | 'inheritedSecrets' | 'migrations' | 'tags'>,
): () => FormData {
  const { worker, bundle, assets } = context;
  const metadata = buildUploadMetadata(worker, {
    ...step,
    bundle,
    ...(assets === null || soFar.assetsToken === undefined
      ? {}
      : { assets: { jwt: soFar.assetsToken, config: assets.config } }),
    newSecrets: context.newSecrets,
    annotations: context.versionAnnotations,
  });
  return () => buildUploadForm(metadata, bundle);
}
