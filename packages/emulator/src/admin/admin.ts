import { readFile } from 'node:fs/promises';
import type { Clock, VirtualClock } from '../clock.ts';
import { editAs } from './dashboard.ts';
import type { DashboardUser } from './dashboard.ts';
import type { Json } from '../json.ts';
import type { Services } from '../api/endpoint.ts';
import type { Fault } from '../weather/faults.ts';
import { rateLimitPolicy } from '../weather/rate-limit.ts';
import type { RateLimiter } from '../weather/rate-limit.ts';
import type { RequestJournal } from '../request-journal.ts';
import type { WorkerLogEvent } from '../runtime/contract.ts';
import { applySeed } from '../seed/seed.ts';
import type { Seed } from '../seed/seed.ts';
import type { AccountDocument } from '../store/model/accounts.ts';
import type { ScriptDocument, TailDocument } from '../store/model/scripts.ts';
import type { Capture } from '../store/store.ts';
import { parseWeather, type WeatherSettings } from '../weather/weather-file.ts';
import type { Weather } from '../weather/weather.ts';

/** Everything about an emulator that a client of the API cannot do. */
export interface Admin {
  /** Adds resources that are not there yet. */
  seed(seed: Seed): Promise<void>;
  accounts(): AccountDocument[];
  scripts(accountId: string): ScriptDocument[];
  readonly journal: RequestJournal;
  weather(): Required<Omit<WeatherSettings, 'seed'>>;
  setWeather(settings: WeatherSettings): void;
  /** Reads conditions from a JSON file. @throws WeatherFileError naming the file and field. */
  loadWeather(file: string): Promise<void>;
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** All documents as they are now. Not the data inside KV, D1, R2, Durable Objects. */
  snapshot(): Capture;
  restore(capture: Capture): Promise<void>;
  /** Snapshots kept by name, for the admin endpoint. */
  readonly snapshots: Map<string, Capture>;
  /** Out-of-band changes, as somebody would make them in the dashboard. */
  editAs(author: { email: string }): DashboardUser;
  /** Moves the virtual clock. @throws Error when the emulator runs on a real one. */
  advanceClock(ms: number): void;
  triggerScheduled(accountId: string, script: string, cron: string): Promise<{ outcome: string }>;
  sendQueueMessages(accountId: string, queue: string, bodies: Json[]): Promise<void>;
  onLog(listener: (event: WorkerLogEvent) => void): () => void;
  /** The script a tail follows, while it is valid. */
  tail(id: string): TailDocument | null;
  /** Ends background work. */
  stop(): void;
}

/** What the admin side works with. */
export interface AdminOptions {
  services: Services;
  weather: Weather;
  rateLimiter: RateLimiter;
  journal: RequestJournal;
}

/** The admin side of an emulator. */
export function createAdmin({ services, weather, rateLimiter, journal }: AdminOptions): Admin {
  const { store, clock, runtime } = services;
  const stopPropagation = followPropagation(services, weather);
  const setWeather = (settings: WeatherSettings): void => {
    if (settings.latencyMs !== undefined) weather.latencyMs = settings.latencyMs;
    if (settings.propagationMs !== undefined) weather.propagationMs = settings.propagationMs;
    Object.assign(weather.metrics, settings.metrics);
    if (settings.faults !== undefined) weather.faults.set(settings.faults, settings.seed);
    if (settings.rateLimit !== undefined) {
      rateLimiter.policy = rateLimitPolicy(settings.rateLimit);
      rateLimiter.reset();
    }
    for (const { id } of store.list('account')) runtime.changed(id);
  };
  return {
    journal,
    snapshots: new Map(),
    seed: async (seed) => {
      applySeed(store, seed, services);
      await store.settled();
    },
    accounts: () => store.list('account'),
    scripts: (accountId) => store.list('script', accountId),
    weather: () => ({
      latencyMs: weather.latencyMs,
      propagationMs: weather.propagationMs,
      metrics: { ...weather.metrics },
      faults: weather.faults.faults(),
      rateLimit: rateLimiter.policy,
    }),
    setWeather,
    loadWeather: async (file) => setWeather(parseWeather(await readFile(file, 'utf8'), file)),
    addFault: (fault) => weather.faults.add(fault),
    clearFaults: () => weather.faults.set([]),
    snapshot: () => store.capture(),
    restore: async (capture) => {
      store.restore(capture);
      await store.settled();
      for (const { id } of store.list('account')) runtime.changed(id);
    },
    editAs: (author) => editAs(services, author),
    advanceClock: (ms) => {
      if (!isVirtual(clock))
        throw new Error('This emulator runs on a real clock; create it with clock: "virtual".');
      clock.advance(ms);
    },
    triggerScheduled: (accountId, script, cron) =>
      runtime.triggerScheduled(accountId, script, cron, clock.now()),
    sendQueueMessages: (accountId, queue, bodies) => runtime.sendQueueMessages(accountId, queue, bodies),
    onLog: (listener) => runtime.onLog(listener),
    tail: (id) => {
      const found = store.list('tail').find((tail) => tail.id === id);
      return found === undefined || found.expiresAt <= clock.now().toISOString() ? null : found;
    },
    stop: stopPropagation,
  };
}

/** Tells the runtime when a deployment has reached the edge. */
function followPropagation({ store, clock, runtime }: Services, weather: Weather): () => void {
  const timers = new Set<NodeJS.Timeout>();
  const stopCommits = store.onCommit((changes) => {
    if (weather.propagationMs === 0 || isVirtual(clock)) return;
    for (const change of changes) {
      if (change.kind !== 'script' || change.value === null) continue;
      const { accountId } = change.value;
      const timer = setTimeout(() => {
        timers.delete(timer);
        runtime.changed(accountId);
      }, weather.propagationMs + 1).unref();
      timers.add(timer);
    }
  });
  const stopMoves = isVirtual(clock)
    ? clock.onMove(() => {
        for (const { id } of store.list('account')) runtime.changed(id);
      })
    : () => undefined;
  return () => {
    stopCommits();
    stopMoves();
    for (const timer of timers) clearTimeout(timer);
  };
}

function isVirtual(clock: Clock): clock is VirtualClock {
  return 'advance' in clock;
}
