import type { AssumptionChoices } from './api/assumptions.ts';
import type { Admin } from './admin/admin.ts';
import type { Clock } from './clock.ts';
import type { BodyLimits } from './doors/body-limit.ts';
import type { ListenOptions, Listening } from './doors/listen.ts';
import type { MetricsWeather } from './invocations.ts';
import type { Runtime, RuntimeView } from './runtime/contract.ts';
import type { Seed } from './seed/seed.ts';
import type { TokenSeed } from './seed/tokens.ts';
import type { Fault } from './weather/faults.ts';
import type { RateLimitPolicy } from './weather/rate-limit.ts';

/** Makes the runtime that runs deployed Workers. */
export type RuntimeFactory = (options: {
  view: RuntimeView;
  dataDir: string;
  clock: Clock;
  /** Numbers from 0 to 1 for the traffic split; repeatable when the emulator has a `seed`. */
  random: () => number;
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
  /** How late and how thinned out the counts of requests come. Default: at once, and all of them. */
  metrics?: Partial<MetricsWeather>;
  faults?: readonly Fault[];
  /** API requests per token; `null` switches the limit off. Default: Cloudflare's 1,200 per 5 minutes. */
  rateLimit?: Partial<RateLimitPolicy> | null;
  /** `virtual`: a clock that only moves when told to. */
  clock?: Clock | 'virtual';
  accounts?: Seed['accounts'];
  /** Tokens to accept until the next start, besides seeded ones. Default: one token, {@link LOCAL_TOKEN}. */
  tokens?: readonly (TokenSeed | string)[];
  /** Makes ids and chances repeatable. */
  seed?: string;
  /**
   * What runs deployed Workers: workerd (the default), a double that runs no code and answers in the name of the version
   * (for simulations, thousands of times faster), or one of your own, such as a double with its own answers.
   */
  runtime?: 'workerd' | 'double' | RuntimeFactory;
  /** Behaviours nothing proves, switched to their plausible alternative by id; the ids are in the coverage page. */
  assumptions?: AssumptionChoices;
  /** Host names that are the API, besides `api.cloudflare.com`. */
  apiHosts?: readonly string[];
  /** Secret of the admin endpoint. Default: a random one for each start, {@link Emulator.adminToken}. */
  adminToken?: string;
  /** Largest request bodies, bytes. Default: {@link BODY_LIMITS}. */
  bodyLimits?: Partial<BodyLimits>;
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
  /** Whether nothing was kept from an earlier start. */
  readonly isNew: boolean;
  /** What requests below `/__cf-deploy` must carry: `Authorization: Bearer <adminToken>`. */
  readonly adminToken: string;
  readonly clock: Clock;
  readonly runtime: Runtime;
}
