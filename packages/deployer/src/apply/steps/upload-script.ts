import { mayHaveHappened } from '../../cloudflare/client/api-error.ts';
import { createDeployment, listDeployments } from '../../cloudflare/deployments.ts';
import { putScript } from '../../cloudflare/scripts.ts';
import { checkUnchanged } from '../conflict.ts';
import type { StepContext, StepModule } from '../../plan/step.ts';
import { uploadHeaders } from '../upload-metadata.ts';
import { findVersionOfRun } from './upload-version.ts';
import { uploadForm } from './upload-form-of.ts';
import { LIST_LAG_MS } from '../lag.ts';

/**
 * Uploads the script, which is live at once: the first deploy, Durable Object migrations and exports, service-worker
 * format, dispatch namespaces.
 */
export const uploadScriptStep: StepModule<'upload-script'> = {
  describe: ({ exists, migrations }) =>
    `${exists ? 'upload the script' : 'create the Worker'} (live at once)${migrations === null ? '' : `, migration ${migrations.new_tag}`}`,
  calls: () => 1,
  async apply(step, context, soFar) {
    const { reader, writer, worker, run, basedOn } = context;
    const upload = async (): Promise<string | null> => {
      const { versionId } = await putScript(writer, {
        script: worker,
        form: await uploadForm(context, soFar, {
          upload: 'script',
          inheritedSecrets: step.inheritedSecrets,
          migrations: step.migrations,
          ...(step.tags === undefined ? {} : { tags: step.tags }),
        }),
        headers: uploadHeaders(worker),
      });
      return versionId;
    };
    if (step.exists && worker.dispatchNamespace === null) {
      await checkUnchanged(reader, worker.scriptName, basedOn);
    }
    const versionId = await upload().catch(async (error: unknown) => {
      if (!mayHaveHappened(error)) throw error;
      await context.sleep(LIST_LAG_MS, context.signal);
      return (await findVersionOfRun(reader, worker.scriptName, run)) ?? upload();
    });
    const found = versionId ?? (await liveVersionId(context));
    return { ...soFar, promoted: true, ...(found === null ? {} : { versionId: found }) };
  },
  async revert(step, context) {
    const { reader, writer, worker, basedOn, run } = context;
    const uploaded = await findVersionOfRun(reader, worker.scriptName, run);
    if (uploaded === null) return null;
    if (basedOn === null) return `Worker ${worker.scriptName}: it did not exist before and stays`;
    if (step.migrations !== null) {
      return `version ${uploaded} of Worker ${worker.scriptName}: stays live, because migration ${step.migrations.new_tag} cannot be undone`;
    }
    await createDeployment(writer, {
      scriptName: worker.scriptName,
      versions: basedOn.versions,
      message: context.deploymentMessage(context.triggersBefore),
      codeUpdateStrategy: worker.codeUpdateStrategy,
      force: true,
    });
    return null;
  },
};

async function liveVersionId({ reader, worker }: StepContext): Promise<string | null> {
  if (worker.dispatchNamespace !== null) return null;
  const deployments = await listDeployments(reader, worker.scriptName);
  return deployments?.[0]?.versions[0]?.versionId ?? null;
}
