import { uploadAssets } from '../../assets/upload-assets.ts';
import { createAssetsApi } from '../../cloudflare/assets.ts';
import { DeployError } from '../../errors.ts';
import type { StepModule } from '../../plan/step.ts';
import { compact } from '../../json.ts';

/** Sends the static assets Cloudflare does not have yet; the completion token goes into the upload after it. */
export const uploadAssetsStep: StepModule<'upload-assets'> = {
  describe: ({ files }) => `upload ${files} static ${files === 1 ? 'asset' : 'assets'} (only those missing)`,
  calls: () => 2,
  async apply(_step, { writer, worker, assets, signal, sleep }, soFar) {
    if (assets === null) throw new DeployError('INTERNAL', 'There are no assets to upload.');
    const { completionToken } = await uploadAssets({
      manifest: assets,
      api: createAssetsApi(writer, worker),
      sleep,
      ...compact({ signal }),
    });
    return { ...soFar, assetsToken: completionToken };
  },
  // Files without a version that uses them are dropped by Cloudflare; nothing is left to name.
  revert: async () => null,
};
