import type { DeployResult, FirstUpload } from '../apply/result.ts';
import { DeployError } from '../errors.ts';
import { compact } from '../json.ts';
import { lackingBindings } from '../plan/plan-upload.ts';
import { expecting, freshReads, type TenantContext } from '../session/tenant-context.ts';
import { deployTenant, type DeployOptions } from './deploy.ts';

/** A first upload, and the bindings that it does without. */
export interface FirstUploadRun {
  readonly result: DeployResult;
  readonly without: readonly string[];
}

/**
 * Of the scripts that are deployed only after a Worker, those that are not there: a first upload does without their
 * services. None where the Worker itself is there: then it waits for them like any other.
 */
export async function notYetThere(
  { worker, api }: TenantContext,
  waiting: readonly string[],
): Promise<readonly string[]> {
  // What was read of the account before may be over.
  const account = freshReads();
  const isThere = (id: string): Promise<boolean> => account.exists(api.reader, { kind: 'worker', id });
  if (await isThere(worker.scriptName)) return [];
  const missing: string[] = [];
  for (const script of waiting) if (!(await isThere(script))) missing.push(script);
  return missing;
}

/** The context in which a Worker's first upload does without the services of these scripts. */
export function doingWithout(context: TenantContext, notYet: readonly string[]): TenantContext {
  return notYet.length === 0 ? context : { ...expecting(context, new Set(notYet)), notYet };
}

/**
 * Uploads a Worker that others wait for, without the services of those that are not there yet: live at once, as each first
 * upload is, but nothing leads to it, and it is not asked whether it is healthy.
 *
 * @param waiting scripts that are deployed only after it
 * @returns null where nothing was to be done
 * @throws DeployError for everything found before the first write
 */
export async function firstUpload(
  context: TenantContext,
  waiting: readonly string[],
  { confirm, takeOver, message, tag }: DeployOptions = {},
): Promise<FirstUploadRun | null> {
  const notYet = await notYetThere(context, waiting);
  if (notYet.length === 0) return null;
  const worker = { ...context.worker, triggers: NOTHING_LEADS_TO_IT };
  const result = await deployTenant(doingWithout({ ...context, worker, account: freshReads() }, notYet), {
    verify: false,
    strategy: 'at-once',
    ...compact({ confirm, takeOver, message, tag }),
  });
  return { result, without: lackingBindings({ worker, notYet }).map(({ binding }) => binding) };
}

const NOTHING_LEADS_TO_IT = { workersDev: false, previewUrls: false } as const;

/** What became of a Worker that was uploaded twice: the deploy that followed, with what the first upload left. */
export function afterFirst(first: FirstUploadRun | null, then: DeployResult): DeployResult {
  if (first === null) return then;
  const { result, without } = first;
  const begun: FirstUpload = { versionId: result.versionId, without, record: result.record };
  const calls = result.calls + then.calls;
  if (then.endState !== 'untouched') return { ...then, begun, previousVersionId: null, calls };
  const { endState, versionId } = result;
  const leftovers = [...result.leftovers, ...then.leftovers];
  return { ...then, begun, endState, versionId, leftovers, previousVersionId: null, calls };
}

/** The failure of a first upload, for those that wait for it; null where it went well. */
export function firstUploadError({ result }: FirstUploadRun): DeployError | null {
  const { error, scriptName } = result;
  if (error === null) return null;
  return new DeployError(error.code, `${scriptName} has to be uploaded before it: ${error.message}`, {
    ...compact({ hint: error.hint, details: error.details }),
  });
}
