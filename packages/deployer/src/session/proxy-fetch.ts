import { ConfigError } from '../errors.ts';
import { Secret } from '../security/secret.ts';
import type { Ask } from '../transport/answer.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxies that the environment names, as every tool reads it. */
export interface Proxies {
  /** For `http:`. */
  readonly http: string | null;
  /** For `https:`. */
  readonly https: string | null;
  /** Hosts that are reached without one. */
  readonly not: string | null;
}

/**
 * What HTTPS_PROXY, HTTP_PROXY and NO_PROXY (or the same in small letters, which win) say; null when nothing.
 * @throws ConfigError USAGE for one that is no URL of a proxy; its value, which may hold a password, is not shown
 */
export function proxiesOf(env: Environment): Proxies | null {
  const http = proxyUrl(env, 'http_proxy');
  const https = proxyUrl(env, 'https_proxy');
  if (http === null && https === null) return null;
  return { http, https, not: valueOf(env, 'no_proxy') };
}

/** The proxy that a URL is asked through, without what is secret in it; null when none is. */
export function proxyFor(url: string, { http, https, not }: Proxies): string | null {
  const { protocol, hostname } = new URL(url);
  const proxy = protocol === 'https:' ? (https ?? http) : http;
  const left = (not ?? '').split(/[\s,]+/).map((host) => host.replace(/^\*?\./, '').replace(/:\d+$/, ''));
  const isLeft = left.some((host) => host === '*' || host === hostname || hostname.endsWith(`.${host}`));
  return proxy === null || isLeft ? null : new URL(proxy).origin;
}

/** Passwords of the proxies, which no output may show. */
export function proxySecrets({ http, https }: Proxies): readonly Secret[] {
  return [http, https].flatMap((url) => {
    const password = url === null ? '' : new URL(url).password;
    return password === '' ? [] : [new Secret(password), new Secret(decodeURIComponent(password))];
  });
}

/**
 * A `fetch` that goes through the proxies. Node's own, up to version 23, does not look at those variables; a company's
 * certificate authority it takes from NODE_EXTRA_CA_CERTS when it starts. Nothing is loaded before the first call.
 */
export function createProxyFetch(proxies: Proxies): Ask {
  const makeAgent = async () => {
    const { EnvHttpProxyAgent } = await import('undici');
    return new EnvHttpProxyAgent({
      // Empty, or it would look into the process's own environment.
      httpProxy: proxies.http ?? '',
      httpsProxy: proxies.https ?? proxies.http ?? '',
      noProxy: proxies.not ?? '',
    });
  };
  let agent: ReturnType<typeof makeAgent> | undefined;
  return async (url, init) => {
    agent ??= makeAgent();
    const plain: RequestInit = { ...init };
    return globalThis.fetch(url, Object.assign({ ...plain }, { dispatcher: await agent }));
  };
}

function valueOf(env: Environment, name: string): string | null {
  const value = env[name] ?? env[name.toUpperCase()] ?? '';
  return value.trim() === '' ? null : value.trim();
}

function proxyUrl(env: Environment, name: string): string | null {
  const value = valueOf(env, name);
  if (value === null) return null;
  // Others take a host without a scheme too.
  const url = value.includes('://') ? value : `http://${value}`;
  if (URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)) return url;
  throw new ConfigError('USAGE', `${name.toUpperCase()} is not the URL of an HTTP proxy.`, {
    hint: 'It is written http://host:port; other kinds of proxies are not supported.',
  });
}
