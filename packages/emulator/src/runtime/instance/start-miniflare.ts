import { Miniflare } from 'miniflare';
import type { MiniflareOptions } from 'miniflare';
import type { InstancePlan, WorkerPlan } from '../plan/plan-instance.ts';
import { brokenWorkers } from './start-error.ts';

/**
 * Starts a process for the plan, or gives the running one the plan. A Worker that keeps the others from starting is
 * replaced by one that throws its reason, so that one broken script takes down only itself.
 * @throws Error when the process does not start for another reason.
 */
export async function startMiniflare(
  running: Miniflare | null,
  plan: InstancePlan,
  optionsOf: (plan: InstancePlan, onOutput: (text: string) => void) => Promise<MiniflareOptions>,
): Promise<Miniflare> {
  const broken = new Map<string, string>();
  for (;;) {
    let output = '';
    let starting = true;
    const listen = (text: string): void => {
      if (starting) output += text;
    };
    const workers = plan.workers.map((worker) => withFailure(worker, broken.get(worker.name)));
    const options = await optionsOf({ ...plan, workers }, listen);
    const miniflare = running ?? new Miniflare(options);
    try {
      await (running === null ? miniflare.ready : running.setOptions(options));
      starting = false;
      return miniflare;
    } catch (error) {
      await miniflare.dispose().catch(() => undefined);
      running = null;
      const newly = brokenWorkers(output).filter(({ name }) => !broken.has(name));
      if (newly.length === 0) throw startError(error, output);
      for (const { name, reason } of newly) broken.set(name, reason);
    }
  }
}

function withFailure(worker: WorkerPlan, failure: string | undefined): WorkerPlan {
  return failure === undefined ? worker : { ...worker, failure, part: {} };
}

function startError(cause: unknown, output: string): Error {
  const reason = output.trim() || (cause instanceof Error ? cause.message : String(cause));
  return new Error(`The Workers runtime did not start: ${reason.slice(0, 2_000)}`, { cause });
}
