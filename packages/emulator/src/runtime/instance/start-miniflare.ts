import type { MiniflareOptions } from 'miniflare';
import type { InstancePlan, WorkerPlan } from '../plan/plan-instance.ts';
import { Miniflare } from '../process/miniflare.ts';
import { brokenWorkers } from './start-error.ts';

/** Makes the options of a plan; `onOutput` gets what workerd prints. */
export type OptionsOf = (plan: InstancePlan, onOutput: (text: string) => void) => Promise<MiniflareOptions>;

/**
 * Starts a process for the plan, or gives the running one the plan. A Worker that keeps the others from starting is
 * replaced by one that throws its reason, so that one broken script takes down only itself.
 * @throws Error when the process does not start for another reason.
 */
export async function startMiniflare(
  running: Miniflare | null,
  plan: InstancePlan,
  optionsOf: OptionsOf,
): Promise<Miniflare> {
  const broken = new Map<string, string>();
  let current = running;
  for (;;) {
    const attempt = await tryStart(current, withFailures(plan, broken), optionsOf);
    if (attempt.ok) return attempt.miniflare;
    current = null;
    const named = brokenWorkers(attempt.output);
    const found = named.length > 0 ? named : await oneByOne(plan, broken, optionsOf);
    const newly = found.filter(({ name }) => !broken.has(name));
    if (newly.length === 0) throw attempt.error;
    for (const { name, reason } of newly) broken.set(name, reason);
  }
}

type Attempt = { ok: true; miniflare: Miniflare } | { ok: false; error: Error; output: string };

async function tryStart(
  running: Miniflare | null,
  plan: InstancePlan,
  optionsOf: OptionsOf,
): Promise<Attempt> {
  let output = '';
  let starting = true;
  const listen = (text: string): void => {
    if (starting) output += text;
  };
  let miniflare = running;
  try {
    const options = await optionsOf(plan, listen);
    if (miniflare === null) {
      miniflare = new Miniflare(options);
      await miniflare.ready;
    } else {
      await miniflare.setOptions(options);
    }
    starting = false;
    return { ok: true, miniflare };
  } catch (cause) {
    await miniflare?.dispose().catch(() => undefined);
    return { ok: false, error: startError(cause, output), output };
  }
}

/** Starts each Worker with all others failing, when nothing says which one it is (options miniflare refuses). */
async function oneByOne(
  plan: InstancePlan,
  broken: ReadonlyMap<string, string>,
  optionsOf: OptionsOf,
): Promise<{ name: string; reason: string }[]> {
  const found: { name: string; reason: string }[] = [];
  for (const { name } of plan.workers) {
    if (broken.has(name)) continue;
    const others = plan.workers
      .filter((worker) => worker.name !== name)
      .map((worker) => [worker.name, ''] as const);
    const attempt = await tryStart(null, withFailures(plan, new Map(others)), optionsOf);
    if (attempt.ok) await attempt.miniflare.dispose();
    else found.push({ name, reason: attempt.error.message });
  }
  return found;
}

function withFailures(plan: InstancePlan, failures: ReadonlyMap<string, string>): InstancePlan {
  const workers = plan.workers.map((worker): WorkerPlan => {
    const failure = failures.get(worker.name);
    return failure === undefined ? worker : { ...worker, failure, part: {} };
  });
  return { ...plan, workers };
}

function startError(cause: unknown, output: string): Error {
  const reason = output.trim() || (cause instanceof Error ? cause.message : String(cause));
  return new Error(`The Workers runtime did not start: ${reason.slice(0, 2_000)}`, { cause });
}
