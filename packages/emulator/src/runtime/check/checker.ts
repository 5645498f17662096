import type { Json, JsonObject } from '../../json.ts';
import { createHash } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { Miniflare } from '../process/miniflare.ts';
import { createMutex } from '../../mutex.ts';
import { createIdleTimer } from '../process/idle-timer.ts';
import { runnableDate } from '../compatibility.ts';
import type { ScriptShape } from '../../store/model/scripts.ts';
import type { StartCandidate, StartFailure } from '../contract.ts';
import { moduleKind, moduleName } from '../module-kind.ts';
import { watchWorkerd } from '../process/watchdog.ts';
import { bareWorkerd } from '../process/workerd-environment.ts';
import { quietOptions } from '../process/quiet-options.ts';
import { CHECK_HOST_SOURCE } from './host-source.ts';
import { patience } from './patience.ts';
import { seesBindings } from './sees-bindings.ts';
import { fromThrown, fromWorkerd, startCrashed, startTimedOut } from './start-failure.ts';
import { WRAPPER_MODULE, wrapperSource } from './wrapper-source.ts';

/** Result of {@link Checker.check}. */
export type CheckResult = (ScriptShape & { ok: true }) | StartFailure;

/** Starts candidates in one long-lived workerd, each in an isolate of its own. */
export interface Checker {
  check(candidate: StartCandidate): Promise<CheckResult>;
  close(): Promise<void>;
}

/** Answers kept, by digest of the candidate. */
const CACHE_SIZE = 500;

/** Binding kinds whose value is in the binding itself. */
const PLAIN: Record<string, string> = { plain_text: 'text', secret_text: 'text', json: 'json' };

/**
 * @param options.timeoutMs Time the top level may take before the candidate counts as not starting. Cloudflare allows a
 * second of CPU; this is wall time on an idle machine, and more on a busy one.
 * @param options.load Processes that want to run on this machine.
 * @param options.idleMs Time without a check after which the process stops.
 */
export function createChecker(
  options: { timeoutMs?: number; idleMs?: number; load?: () => number } = {},
): Checker {
  const { timeoutMs = 5_000, idleMs = 20_000, load = () => loadavg()[0] ?? 0 } = options;
  watchWorkerd();
  bareWorkerd();
  const cache = new Map<string, Promise<CheckResult>>();
  let host: Promise<Miniflare> | null = null;
  let closed = false;
  const turns = createMutex();

  /** Ends the process, as a top level that never ends blocks it for good. The next check starts another one. */
  const stop = async (): Promise<void> => {
    const running = host;
    host = null;
    await running?.then((miniflare) => miniflare.dispose());
  };

  const idle = createIdleTimer(idleMs, () => void turns.run('check', stop));

  const run = async (body: string): Promise<CheckResult> => {
    if (closed) throw new Error('The runtime is closed.');
    host ??= startHost();
    const ms = patience(timeoutMs, load(), availableParallelism());
    const answer = await Promise.race([ask(await host, body), after(ms)]);
    idle.touch();
    if (typeof answer === 'object') return judge(answer);
    await stop();
    return answer === 'late' ? startTimedOut() : startCrashed();
  };

  return {
    check: (candidate) => {
      if (candidate.format === 'assets') {
        return Promise.resolve({ ok: true, startupTimeMs: 0, handlers: [], namedHandlers: [] });
      }
      // One start answers for every tenant of the same code.
      const bindings = seesBindings(candidate) ? candidate.bindings : [];
      const body = JSON.stringify(hostRequest({ ...candidate, bindings }));
      const key = createHash('sha256').update(body).digest('hex');
      const known = cache.get(key);
      if (known !== undefined) return known;
      // One at a time: they share one thread anyway, and a stuck one must not make others late.
      const fresh = turns.run('check', () => run(body));
      remember(cache, key, fresh);
      return fresh;
    },
    close: async () => {
      closed = true;
      idle.cancel();
      await stop();
    },
  };
}

async function startHost(): Promise<Miniflare> {
  const miniflare = new Miniflare({
    ...quietOptions(),
    workers: [
      {
        name: 'check',
        compatibilityDate: runnableDate('9999-12-31'),
        modules: [{ type: 'ESModule', path: 'check.js', contents: CHECK_HOST_SOURCE }],
        workerLoaders: { LOADER: {} },
      },
    ],
  });
  await miniflare.ready;
  return miniflare;
}

interface HostAnswer {
  report?: { thrown: string; stack: string } | Pick<ScriptShape, 'handlers' | 'namedHandlers'>;
  elapsedMs?: number;
  failure?: string;
}

async function ask(miniflare: Miniflare, body: string): Promise<HostAnswer | 'gone'> {
  try {
    const response = await miniflare.dispatchFetch('http://check/', { method: 'POST', body });
    return (await response.json()) as HostAnswer;
  } catch {
    return 'gone';
  }
}

function judge(answer: HostAnswer): CheckResult {
  if (answer.report === undefined) return fromWorkerd(answer.failure ?? 'Error: The Worker did not start.');
  if ('thrown' in answer.report) return fromThrown(answer.report.thrown, answer.report.stack);
  return { ok: true, startupTimeMs: answer.elapsedMs ?? 0, ...answer.report };
}

/** What the host Worker is sent: code for the Worker Loader, modules as text or base64. */
function hostRequest(candidate: StartCandidate): JsonObject {
  const values: JsonObject = {};
  const standIns: string[] = [];
  for (const binding of candidate.bindings) {
    const field = PLAIN[binding.type];
    if (field === undefined) standIns.push(binding.name);
    else values[binding.name] = binding[field] as Json;
  }
  const mainModule = moduleName(candidate.mainModule ?? '');
  const format = candidate.format === 'service-worker' ? 'service-worker' : 'modules';
  const wrapper = wrapperSource({ mainModule, format, values, standIns });
  return {
    compatibilityDate: runnableDate(candidate.compatibilityDate),
    compatibilityFlags: candidate.compatibilityFlags,
    mainModule: WRAPPER_MODULE,
    env: values,
    modules: [{ name: WRAPPER_MODULE, kind: 'esm', body: wrapper }, ...candidate.modules.flatMap(hostModule)],
  };
}

function hostModule(
  module: StartCandidate['modules'][number],
): { name: string; kind: string; body: string }[] {
  const kind = moduleKind(module.contentType);
  if (kind === null) return [];
  const binary = kind === 'wasm' || kind === 'data';
  const body = Buffer.from(module.bytes).toString(binary ? 'base64' : 'utf8');
  return [{ name: moduleName(module.name), kind, body }];
}

function remember(cache: Map<string, Promise<CheckResult>>, key: string, result: Promise<CheckResult>): void {
  cache.set(key, result);
  // A check that could not be made says nothing about the candidate.
  result.catch(() => cache.delete(key));
  const oldest = cache.keys().next();
  if (cache.size > CACHE_SIZE && oldest.done !== true) cache.delete(oldest.value);
}

function after(ms: number): Promise<'late'> {
  return new Promise((resolve) => setTimeout(() => resolve('late'), ms).unref());
}
