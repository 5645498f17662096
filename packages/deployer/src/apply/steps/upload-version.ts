import { mayHaveHappened } from '../../cloudflare/client/api-error.ts';
import type { ReadClient } from '../../cloudflare/client/calls.ts';
import { createVersion, listNewestVersions } from '../../cloudflare/versions.ts';
import type { VersionSummary } from '../../cloudflare/shapes.ts';
import { readMarker } from '../../sections/marker.ts';
import type { StepModule } from '../../plan/step.ts';
import { uploadHeaders } from '../upload-metadata.ts';
import { uploadForm } from './upload-form-of.ts';
import { LIST_LAG_MS } from '../lag.ts';

/** Uploads a new version, which gets no traffic yet. After a lost answer it looks whether the version is there. */
export const uploadVersionStep: StepModule<'upload-version'> = {
  describe: () => 'upload a new version (no traffic yet)',
  calls: () => 1,
  async apply(step, context, soFar) {
    const { reader, writer, worker, run } = context;
    const upload = async (): Promise<{ readonly id: string }> =>
      createVersion(writer, {
        scriptName: worker.scriptName,
        form: await uploadForm(context, soFar, {
          upload: 'version',
          inheritedSecrets: step.inheritedSecrets,
        }),
        headers: uploadHeaders(worker),
      });
    const { id } = await upload().catch(async (error: unknown) => {
      if (!mayHaveHappened(error)) throw error;
      await context.sleep(LIST_LAG_MS, context.signal);
      const version = await findVersionOfRun(reader, worker.scriptName, run);
      return version === null ? upload() : { id: version };
    });
    return { ...soFar, versionId: id };
  },
  async revert(_step, { reader, worker, run }, soFar) {
    const id = soFar.versionId ?? (await findVersionOfRun(reader, worker.scriptName, run));
    return id === null ? null : `version ${id} of Worker ${worker.scriptName}: was uploaded and stays`;
  },
};

/** The version that this run uploaded, by its marker; null when there is none. */
export async function findVersionOfRun(
  reader: ReadClient,
  scriptName: string,
  run: string,
): Promise<string | null> {
  return versionOfRun(await listNewestVersions(reader, scriptName), run);
}

/** The same among versions that were listed, newest first. */
export function versionOfRun(versions: readonly VersionSummary[], run: string): string | null {
  return versions.find(({ annotations }) => readMarker(annotations)?.run === run)?.id ?? null;
}
