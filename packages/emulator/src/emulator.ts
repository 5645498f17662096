import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { createAdmin } from './admin/admin.ts';
import type { Admin } from './admin/admin.ts';
import { createApi } from './api/app.ts';
import { createAssetTokens } from './asset-tokens.ts';
import { createVirtualClock, systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Services } from './api/endpoint.ts';
import { endpoints } from './api/endpoints.ts';
import type { Fault } from './weather/faults.ts';
import { createFrontDoor } from './doors/front-door.ts';
import { createIds } from './ids.ts';
import { createLazyRuntime } from './lazy-runtime.ts';
import { listen } from './doors/listen.ts';
import type { ListenOptions, Listening } from './doors/listen.ts';
import { createMutex } from './mutex.ts';
import { createRateLimiter, rateLimitPolicy } from './weather/rate-limit.ts';
import type { RateLimitPolicy } from './weather/rate-limit.ts';
import { createRequestJournal } from './request-journal.ts';
import { createRuntimeView } from './runtime-view.ts';
import type { Runtime, RuntimeView } from './runtime/contract.ts';
import { applySeed } from './seed/seed.ts';
import type { Seed, TokenSeed } from './seed/seed.ts';
import { createBlobStore, sweepBlobs } from './store/blobs.ts';
import { keptBlobs } from './store/kept-blobs.ts';
import { openJournal } from './store/journal-file.ts';
import { lockStateDir } from './store/lock.ts';
import { createStore } from './store/store.ts';
import type { CommitLog } from './store/store.ts';
import { createWeather } from './weather/weather.ts';

/** The token every emulator accepts unless `tokens` says otherwise. It may do everything. */
export const LOCAL_TOKEN = 'local-emulator-token';

/** Makes the runtime that runs deployed Workers. */
export type RuntimeFactory = (options: {
  view: RuntimeView;
  dataDir: string;
  clock: Clock;
}) => Runtime | Promise<Runtime>;

/** How to make an emulator. Everything has a default. */
export interface EmulatorOptions {
  /** Directory for all state. Without it the state lives in memory and is gone with the process. */
  stateDir?: string;
  /** How long to wait for another process that uses `stateDir`, milliseconds. Default 10,000. */
  lockWaitMs?: number;
  /** Added to every API answer, milliseconds. */
  latencyMs?: number;
  /** Time until a new deployment serves requests, milliseconds. */
  propagationMs?: number;
  faults?: readonly Fault[];
  /** API requests per token; `null` switches the limit off. Default: Cloudflare's 1,200 per 5 minutes. */
  rateLimit?: Partial<RateLimitPolicy> | null;
  /** `virtual`: a clock that only moves when told to. */
  clock?: Clock | 'virtual';
  accounts?: Seed['accounts'];
  /** Tokens to accept. Default: one token, {@link LOCAL_TOKEN}. */
  tokens?: readonly (TokenSeed | string)[];
  /** Makes ids and chances repeatable. */
  seed?: string;
  /** Stands in for workerd, in tests of clients that run no Workers. */
  runtime?: RuntimeFactory;
  /** Host names that are the API, besides `api.cloudflare.com`. */
  apiHosts?: readonly string[];
}

/** An embedded Cloudflare. */
export interface Emulator {
  /**
   * Answers a request: API (`api.cloudflare.com`, or `/client/v4` on a loopback host), admin page (`/__cf-deploy` on a
   * loopback host), or a deployed Worker by its host name.
   * @throws ConnectionReset when a dialled fault cuts the connection.
   */
  fetch(request: Request): Promise<Response>;
  /** Opens an HTTP door on loopback. */
  listen(options?: ListenOptions): Promise<Listening>;
  /** Stops Workers and doors, and gives the state directory free. */
  close(): Promise<void>;
  readonly admin: Admin;
  readonly clock: Clock;
  readonly runtime: Runtime;
}

/**
 * Starts an embedded Cloudflare.
 * @throws StateDirBusyError when another process holds `stateDir`.
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const clock = options.clock === 'virtual' ? createVirtualClock() : (options.clock ?? systemClock);
  const { store, blobs, dataDir, release } = await openState(options);
  const ids = createIds(options.seed, () => store.sequence);
  const weather = createWeather(clock, options);
  const view = createRuntimeView({ store, blobs, clock, propagationMs: () => weather.propagationMs });
  const factory = options.runtime ?? defaultRuntime;
  const runtime = createLazyRuntime(async () => factory({ view, dataDir, clock }));
  const doors = new Set<Listening>();
  const services: Services = {
    store,
    blobs,
    clock,
    ids,
    runtime,
    mutex: createMutex(),
    assetTokens: createAssetTokens(options.seed ?? randomBytes(32).toString('hex'), clock),
    publicUrl: () => [...doors][0]?.url ?? 'http://127.0.0.1',
  };
  const rateLimiter = createRateLimiter(clock, rateLimitPolicy(options.rateLimit));
  const journal = createRequestJournal();
  const admin = createAdmin({ services, weather, rateLimiter, journal });
  const tokens = (options.tokens ?? [LOCAL_TOKEN]).map((token) =>
    typeof token === 'string' ? { value: token } : token,
  );
  applySeed(store, { accounts: options.accounts ?? [], tokens }, services);
  await store.settled();

  const api = createApi(services, endpoints, rateLimiter);
  const fetch = createFrontDoor({
    api,
    admin,
    weather,
    journal,
    clock,
    runtime,
    apiHosts: options.apiHosts ?? [],
  });
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    await Promise.all([...doors].map((door) => door.close()));
    admin.stop();
    await runtime.close();
    await store.close();
    await release();
  };
  return {
    fetch,
    admin,
    clock,
    runtime,
    listen: async (listenOptions = {}) => {
      const door = await listen(fetch, { ...listenOptions, admin, upgrade: runtime.upgrade });
      doors.add(door);
      return {
        ...door,
        close: async () => {
          doors.delete(door);
          await door.close();
        },
      };
    },
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

async function openState(options: EmulatorOptions) {
  if (options.stateDir === undefined) {
    const dataDir = await mkdtemp(join(tmpdir(), 'cf-deploy-emulator-'));
    const release = async (): Promise<void> => rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    return { store: createStore(null, null), blobs: createBlobStore(null), dataDir, release };
  }
  const dir = options.stateDir;
  await mkdir(dir, { recursive: true });
  const lock = await lockStateDir(dir, options.lockWaitMs ?? 10_000);
  const { log, capture, sequence } = await openJournal(dir).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const guarded: CommitLog = {
    ...log,
    settled: async () => {
      const lost = lock.lost();
      if (lost !== null) throw new Error('Another process took the state directory over.', { cause: lost });
      await log.settled();
    },
  };
  const store = createStore(guarded, capture, sequence);
  await sweepBlobs(join(dir, 'blobs'), keptBlobs(store));
  return {
    store,
    blobs: createBlobStore(join(dir, 'blobs')),
    dataDir: join(dir, 'data'),
    release: () => lock.release(),
  };
}

/** workerd is only loaded when something runs. */
const defaultRuntime: RuntimeFactory = async (options) => {
  const { createRuntime } = await import('./runtime/runtime.ts');
  return createRuntime(options);
};
