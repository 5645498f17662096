import { createRequire } from 'node:module';

type Exports = typeof import('miniflare');

/** Names a file of certificates that count beside those of the system. */
const MORE_CERTIFICATES = 'NODE_EXTRA_CA_CERTS';

/**
 * miniflare, loaded when something of the runtime is: a copy of ours, without the certificates it would hand to every
 * workerd, because nothing of ours leaves this machine. Writing a usual 150 of them down takes it as long as all else of
 * a start. Whoever else uses miniflare in this process gets their own, with them. By `require`: for `import` Node would
 * first search its three megabytes for the names of their exports, which takes longer than loading them.
 *
 * Source: miniflare, `trustedCertificates` of the core plugin.
 */
function loadOwn(): Exports {
  const require = createRequire(import.meta.url);
  const file = require.resolve('miniflare');
  const others = require.cache[file];
  const certificates = process.env[MORE_CERTIFICATES];
  delete require.cache[file];
  delete process.env[MORE_CERTIFICATES];
  try {
    return require(file) as Exports;
  } finally {
    if (certificates !== undefined) process.env[MORE_CERTIFICATES] = certificates;
    if (others === undefined) delete require.cache[file];
    else require.cache[file] = others;
  }
}

const loaded = loadOwn();

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
