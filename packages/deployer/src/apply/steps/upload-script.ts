import { hasApiCode, mayHaveHappened } from '../../cloudflare/client/api-error.ts';
import { listDeployments } from '../../cloudflare/deployments.ts';
import { getSettings, putScript } from '../../cloudflare/scripts.ts';
import { ConflictError } from '../../errors.ts';
import { checkUnchanged } from '../conflict.ts';
import type { LackingBinding, Progress, StepContext, StepModule, StepOf } from '../../plan/step.ts';
import { uploadHeaders } from '../upload-metadata.ts';
import { giveWay, takeTrafficBack } from './traffic.ts';
import { findVersionOfRun } from './upload-version.ts';
import { uploadForm } from './upload-form-of.ts';
import { lackingAnnotations, readMarker } from '../../sections/marker.ts';
import { LIST_LAG_MS } from '../lag.ts';
import { compact } from '../../json.ts';

/**
 * Uploads the script, which is live at once: the first deploy, Durable Object migrations and exports, service-worker
 * format, dispatch namespaces.
 */
export const uploadScriptStep: StepModule<'upload-script'> = {
  describe: ({ exists, migrations, toItself, without = [] }) =>
    [
      `${exists ? 'upload the script' : 'create the Worker'} (live at once)`,
      ...(migrations === null ? [] : [`migration ${migrations.new_tag}`]),
      ...(toItself === undefined
        ? []
        : ['its binding to itself in a second upload if the first one is refused']),
      ...(without.length === 0 ? [] : [withoutInWords(without)]),
    ].join(', '),
  // What is left out comes with a version of its own, which is deployed.
  calls: ({ without = [] }) => (without.length === 0 ? 1 : 3),
  async apply(step, context, soFar) {
    const isAlone = context.worker.dispatchNamespace !== null;
    // Also of a new Worker: what an upload sets beside the version replaces what somebody else's set a moment ago. That this
    // cannot be read stops no first deploy: there is nothing of its own that it could lose.
    if (!isAlone) {
      await checkUnchanged(context).catch((error: unknown) => {
        if (step.exists || error instanceof ConflictError) throw error;
      });
    }
    const lacking = (step.without ?? []).map(({ binding }) => binding);
    const versionId = await uploadWithout(lacking, step, { context, soFar }).catch((error: unknown) => {
      if (step.toItself !== undefined && hasApiCode(error, NO_SUCH_SERVICE)) {
        return uploadTwice(step.toItself, step, { context, soFar });
      }
      throw error;
    });
    const found = versionId ?? (await liveVersionId(context));
    const after = { ...soFar, promoted: true, ...(found === null ? {} : { versionId: found }) };
    if (context.setsTriggers && !isAlone) await giveWay(context, after);
    return after;
  },
  async revert(step, context) {
    const { reader, worker, basedOn, run } = context;
    if (worker.dispatchNamespace !== null) return dispatchedStays(step, context);
    const uploaded = await findVersionOfRun(reader, worker.scriptName, run);
    if (uploaded === null) return null;
    if (basedOn !== null && step.migrations !== null) {
      return `version ${uploaded} of Worker ${worker.scriptName}: stays live, because migration ${step.migrations.new_tag} cannot be undone`;
    }
    const left = await takeTrafficBack(context, { versionId: uploaded });
    return basedOn === null && left !== null
      ? `Worker ${worker.scriptName}: it did not exist before and stays`
      : left;
  },
};

/** The Worker of a service binding does not exist. Source: code 10143. */
const NO_SUCH_SERVICE = 10_143;

/** Where an upload is. */
interface Place {
  readonly context: StepContext;
  readonly soFar: Progress;
}

/**
 * First without the bindings to itself, so that there is something to bind, then whole. Whether Cloudflare wants that is
 * not known; it is done only after the whole upload was refused for it.
 */
async function uploadTwice(
  toItself: readonly string[],
  step: StepOf<'upload-script'>,
  place: Place,
): Promise<string | null> {
  await uploadWithout(toItself, step, place);
  // The migrations came with the first one.
  return send({ ...step, migrations: null }, place.context, place.soFar);
}

/** Uploads without these bindings, and the version says so: nobody goes back to it. */
function uploadWithout(
  lacking: readonly string[],
  step: StepOf<'upload-script'>,
  { context, soFar }: Place,
): Promise<string | null> {
  if (lacking.length === 0) return uploadOnce(step, context, soFar);
  const bindings = context.worker.bindings.filter(({ name }) => !lacking.includes(name));
  const worker = { ...context.worker, bindings };
  const versionAnnotations = lackingAnnotations(context.versionAnnotations, lacking);
  return uploadOnce(step, { ...context, worker, versionAnnotations }, soFar);
}

function withoutInWords(without: readonly LackingBinding[]): string {
  const bindings = without.map(({ binding }) => binding).join(', ');
  const services = [...new Set(without.map(({ service }) => service))].join(', ');
  return `first without ${bindings}, because ${services} is not there yet and waits for this one; whole after that`;
}

/** Uploads; after a lost answer it looks whether the version is there. */
async function uploadOnce(
  step: StepOf<'upload-script'>,
  context: StepContext,
  soFar: Progress,
): Promise<string | null> {
  const { reader, worker, run } = context;
  return send(step, context, soFar).catch(async (error: unknown) => {
    if (!mayHaveHappened(error)) throw error;
    await context.sleep(LIST_LAG_MS, context.signal);
    if (worker.dispatchNamespace !== null) {
      return (await runsOurs(context)) ? null : send(step, context, soFar);
    }
    return (await findVersionOfRun(reader, worker.scriptName, run)) ?? send(step, context, soFar);
  });
}

/** Whether the script of a dispatch namespace is what this run uploaded: it has no versions to look for. */
async function runsOurs({ reader, worker, run }: StepContext): Promise<boolean> {
  const settings = await getSettings(reader, worker);
  return readMarker(settings?.annotations ?? {})?.run === run;
}

/** What was there before is not there any more, so nothing is given the traffic back. */
async function dispatchedStays(step: StepOf<'upload-script'>, context: StepContext): Promise<string | null> {
  if (!(await runsOurs(context))) return null;
  const { scriptName, dispatchNamespace } = context.worker;
  const what = `the new upload of Worker ${scriptName} in dispatch namespace ${dispatchNamespace}`;
  return step.exists
    ? `${what}: stays live, because a namespace keeps no versions; cf-deploy rollback uploads the one before again`
    : `${what}: it did not exist before and stays`;
}

async function send(
  step: StepOf<'upload-script'>,
  context: StepContext,
  soFar: Progress,
): Promise<string | null> {
  const { versionId } = await putScript(context.writer, {
    script: context.worker,
    form: await uploadForm(context, soFar, {
      upload: 'script',
      inheritedSecrets: step.inheritedSecrets,
      migrations: step.migrations,
      ...compact({ tags: step.tags, keptSettings: step.keptSettings }),
    }),
    headers: uploadHeaders(context.worker),
  });
  // What a namespace answers names no version: there are none to ask for or to give the traffic back to.
  return context.worker.dispatchNamespace === null ? versionId : null;
}

async function liveVersionId({ reader, worker }: StepContext): Promise<string | null> {
  if (worker.dispatchNamespace !== null) return null;
  const deployments = await listDeployments(reader, worker.scriptName);
  return deployments?.[0]?.versions[0]?.versionId ?? null;
}
