import { readInvocations, type CountQuestion, type SeenCounts } from '../cloudflare/metrics/invocations.ts';
import { keepsInvocations, readTelemetry } from '../cloudflare/metrics/telemetry.ts';
import { getSettings } from '../cloudflare/scripts.ts';
import { DeployError } from '../errors.ts';
import type { MetricWindow } from '../health/metrics.ts';
import type { ReadMetrics } from '../health/shift.ts';
import type { TenantContext } from '../session/tenant-context.ts';

type Count = (question: CountQuestion) => Promise<ReadonlyMap<string, SeenCounts>>;

/**
 * Reads the errors of two versions of a Worker in the same minutes: from its kept logs where there are any, which know of
 * answers such as 500 too, else from the account's analytics. One source for all windows, so that they can be added.
 */
export function metricsOf(
  context: TenantContext,
  versions: { readonly old: string; readonly new: string },
): ReadMetrics {
  const { worker } = context;
  let source: Count | null = null;
  return async (from, to) => {
    const question = { scriptName: worker.scriptName, from, to };
    try {
      source ??= await chooseSource(context, question);
      return { known: true, window: windowOf(await source(question), versions) };
    } catch (error) {
      if (!(error instanceof DeployError) || error.code === 'ABORTED') throw error;
      const { message, hint } = error;
      return { known: false, why: hint === undefined ? message : `${message} ${hint}` };
    }
  };
}

/** The logs, where they are kept and may be read. */
async function chooseSource(context: TenantContext, question: CountQuestion): Promise<Count> {
  const { api, worker, world } = context;
  const analytics: Count = (asked) => readInvocations(api.reader, asked);
  const settings = await getSettings(api.reader, worker);
  if (settings === null || !keepsInvocations(settings.script)) return analytics;
  try {
    await readTelemetry(api.reader, question);
    return (asked) => readTelemetry(api.reader, asked);
  } catch (error) {
    if (!(error instanceof DeployError) || error.code !== 'PERMISSION_DENIED') throw error;
    world.emit({
      type: 'notice',
      tenant: worker.tenant,
      message:
        'its logs may not be read with this API token (Workers Observability Write), so answers such as 500 are not counted',
    });
    return analytics;
  }
}

function windowOf(
  counts: ReadonlyMap<string, SeenCounts>,
  versions: { readonly old: string; readonly new: string },
): MetricWindow {
  const none = { requests: 0, errors: 0 };
  return { current: counts.get(versions.old) ?? none, candidate: counts.get(versions.new) ?? none };
}
