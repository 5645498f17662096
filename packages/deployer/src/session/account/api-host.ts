import { PUBLIC_BASE_URL } from '../../cloudflare/client/base-url.ts';
import { ConfigError } from '../../errors.ts';
import type { CommandScope, World } from '../world.ts';

const PUBLIC_HOST = new URL(PUBLIC_BASE_URL).host;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Refuses to send a token to a host that nobody named on purpose. A variable is not enough: what sets one variable of a
 * pipeline sets another. Tells where tokens go when it is not Cloudflare.
 * @throws ConfigError BASE_URL_REFUSED
 */
export async function checkApiHost(world: World, scope: CommandScope, tenant: string): Promise<void> {
  const { host, hostname, origin } = new URL(world.baseUrl);
  if (host === PUBLIC_HOST || LOOPBACK.has(hostname)) return;
  const { rules } = await scope.project();
  if (![...world.apiHosts, ...(rules.apiHosts ?? [])].includes(host)) {
    throw new ConfigError(
      'BASE_URL_REFUSED',
      `The API base URL leads to ${host}, which is not Cloudflare, so no token is sent there.`,
      {
        hint: `Unset CLOUDFLARE_API_BASE_URL. If ${host} is meant, name it under apiHosts in cf-deploy.config.ts or with --api-host=${host}.`,
        details: { host },
      },
    );
  }
  world.emit({ type: 'notice', tenant, message: `The API is ${origin}, not Cloudflare.` });
}
