import { randomBytes } from 'node:crypto';
import { createAdmin } from './admin/admin.ts';
import { createApi } from './api/app.ts';
import { createAssetTokens } from './asset-tokens.ts';
import { createVirtualClock, systemClock } from './clock.ts';
import { createRandom } from './chance.ts';
import { createFrontDoor } from './doors/front-door.ts';
import { listen } from './doors/listen.ts';
import type { Listening } from './doors/listen.ts';
import type { Services } from './api/endpoint.ts';
import type { Emulator, EmulatorOptions, RuntimeFactory } from './emulator-options.ts';
import { createAssumptions } from './api/assumptions.ts';
import { ASSUMPTIONS, endpoints } from './api/endpoints.ts';
import { createIds } from './ids.ts';
import { createInvocations } from './invocations.ts';
import { createLazyRuntime } from './lazy-runtime.ts';
import { createMutex } from './mutex.ts';
import { createRequestJournal } from './request-journal.ts';
import { createRuntimeView } from './runtime-view.ts';
import type { Runtime } from './runtime/contract.ts';
import { applySeed } from './seed/seed.ts';
import { LOCAL_TOKEN, setStartTokens } from './seed/tokens.ts';
import { openState } from './store/open-state.ts';
import type { OpenedState } from './store/open-state.ts';
import { createRateLimiter, rateLimitPolicy } from './weather/rate-limit.ts';
import { createWeather } from './weather/weather.ts';
import type { Weather } from './weather/weather.ts';

/**
 * Starts an embedded Cloudflare.
 * @throws AssumptionError when `assumptions` names one that is none.
 * @throws StateDirBusyError when another process holds `stateDir`; StateDamagedError when it holds no state.
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const clock = options.clock === 'virtual' ? createVirtualClock() : (options.clock ?? systemClock);
  const state = await openState(options.stateDir, options.lockWaitMs);
  const weather = createWeather(clock, options);
  const doors = new Set<Listening>();
  const services = createServices({ ...options, clock }, state, weather, doors);
  const { store, runtime } = services;
  const isNew = store.sequence === 0;
  setStartTokens(store, options.tokens ?? [LOCAL_TOKEN], services.ids);
  applySeed(store, { accounts: options.accounts ?? [] }, services);
  await store.settled();

  const adminToken = options.adminToken ?? randomBytes(32).toString('hex');
  const rateLimiter = createRateLimiter(clock, rateLimitPolicy(options.rateLimit));
  const journal = createRequestJournal();
  const admin = createAdmin({ services, weather, rateLimiter, journal });
  const { apiHosts = [], bodyLimits = {} } = options;
  const api = createApi(services, endpoints, rateLimiter);
  const front = { api, admin, weather, journal, clock, runtime, apiHosts, adminToken, bodyLimits };
  const fetch = createFrontDoor(front);
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    await Promise.all([...doors].map((door) => door.close()));
    admin.stop();
    await runtime.close();
    await state.close();
  };
  return {
    fetch,
    admin,
    isNew,
    adminToken,
    clock,
    runtime,
    listen: async (where = {}) => {
      const door = await listen(fetch, { ...where, admin, adminToken, upgrade: runtime.upgrade });
      doors.add(door);
      const close = async (): Promise<void> => {
        doors.delete(door);
        await door.close();
      };
      return { ...door, close };
    },
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** What the endpoints of the API work with. */
function createServices(
  options: EmulatorOptions & Pick<Services, 'clock'>,
  { store, blobs, dataDir }: OpenedState,
  weather: Weather,
  doors: ReadonlySet<Listening>,
): Services & { runtime: Runtime } {
  const { clock } = options;
  const view = createRuntimeView({ store, blobs, clock, propagationMs: () => weather.propagationMs });
  const factory =
    typeof options.runtime === 'function' ? options.runtime : RUNTIMES[options.runtime ?? 'workerd'];
  const random = options.seed === undefined ? Math.random : createRandom(`${options.seed} traffic`);
  const runtime = createLazyRuntime(async () => factory({ view, dataDir, clock, random }));
  const invocations = createInvocations({
    store,
    clock,
    random: options.seed === undefined ? Math.random : createRandom(`${options.seed} samples`),
    weather: weather.metrics,
  });
  runtime.onServed(invocations.record);
  return {
    store,
    blobs,
    clock,
    invocations,
    ids: createIds(options.seed, () => store.sequence),
    runtime,
    mutex: createMutex(),
    assumptions: createAssumptions(ASSUMPTIONS, options.assumptions),
    assetTokens: createAssetTokens(options.seed ?? randomBytes(32).toString('hex'), clock),
    publicUrl: () => [...doors][0]?.url ?? 'http://127.0.0.1',
  };
}

/** Each is only loaded when something runs. */
const RUNTIMES: Readonly<Record<'workerd' | 'double', RuntimeFactory>> = {
  workerd: async (options) => (await import('./runtime/runtime.ts')).createRuntime(options),
  double: async (options) => (await import('./runtime/double/double.ts')).createDouble(options),
};
