import { createRequire } from 'node:module';

type Exports = typeof import('miniflare');

/**
 * miniflare, loaded when something of the runtime is. By `require`: for `import` Node would first search its three
 * megabytes for the names of their exports, which takes longer than loading them.
 */
const loaded = createRequire(import.meta.url)('miniflare') as Exports;

/** One process of workerd, and what goes with it. */
export type Miniflare = import('miniflare').Miniflare;
/** An answer of the program to workerd. */
export type HostResponse = import('miniflare').Response;

export const {
  CACHE_PLUGIN,
  CORE_PLUGIN,
  D1_PLUGIN,
  KV_PLUGIN,
  Log,
  LogLevel,
  Miniflare,
  R2_PLUGIN,
  Response: HostResponse,
  SharedBindings,
  supportedCompatibilityDate,
} = loaded;
