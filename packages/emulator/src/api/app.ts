import { OUT_OF_REACH, authenticate, permits, reaches } from './auth.ts';
import type { Call, Endpoint, Services } from './endpoint.ts';
import { refusal } from './envelope.ts';
import type { Assumptions } from './assumptions.ts';
import { matchPath } from '../path-pattern.ts';
import { NOT_SERVED } from './endpoints.ts';
import { findEndpoint, type FoundEndpoint } from './find-endpoint.ts';
import { ApiFailure, ConnectionReset, failure } from './errors.ts';
import { isHexId } from '../rules/account/names.ts';
import type { RateLimiter } from '../weather/rate-limit.ts';
import type { AccountDocument, TokenDocument } from '../store/model/accounts.ts';
import type { ZoneDocument } from '../store/model/zones.ts';

/** The API as a function from request to answer. `path` is below `/client/v4`. */
export type Api = (request: Request, path: string) => Promise<Response>;

/**
 * The Cloudflare API over all endpoints: authentication, rate limit, permission, unknown parameters, and errors
 * in Cloudflare's envelope. Whatever is not served answers 501 by name.
 */
export function createApi(services: Services, rateLimiter: RateLimiter): Api {
  return async (request, path) => {
    const url = new URL(request.url);
    url.pathname = path;
    try {
      const response = await answer(services, request, url, rateLimiter);
      // Answered only when it cannot be lost any more.
      await services.store.settled();
      return request.method === 'HEAD' ? new Response(null, response) : response;
    } catch (error) {
      if (error instanceof ConnectionReset) throw error;
      return refusal(
        failure('internal', `Internal error: ${error instanceof Error ? error.message : String(error)}`),
      );
    }
  };
}

async function answer(
  services: Services,
  request: Request,
  url: URL,
  rateLimiter: RateLimiter,
): Promise<Response> {
  try {
    const found = findEndpoint(request.method, url);
    if (found !== null) return await serve({ services, ...found, request, url, rateLimiter });
    authenticate(request, url.pathname, services.store, services.clock);
    throw notServed(request.method, url.pathname);
  } catch (error) {
    if (error instanceof ApiFailure) return refusal(error);
    throw error;
  }
}

function notServed(method: string, path: string): ApiFailure {
  const known = NOT_SERVED.find(({ route }) => {
    const [wantedMethod = '', pattern = ''] = route.split(' ');
    return method === wantedMethod && matchPath(pattern, path);
  });
  const why = known === undefined ? '' : ` ${known.why}`;
  return failure('notEmulated', `The embedded Cloudflare does not serve ${method} ${path}.${why}`);
}

interface Serving extends FoundEndpoint {
  readonly services: Services;
  readonly request: Request;
  /** Its path is below `/client/v4`. */
  readonly url: URL;
  readonly rateLimiter: RateLimiter;
}

async function serve(serving: Serving): Promise<Response> {
  const { services, endpoint, params, request, url, rateLimiter } = serving;
  const token =
    endpoint.auth === 'assets'
      ? await assetToken(services, request)
      : authenticate(request, url.pathname, services.store, services.clock);
  const headers = rateLimiter.count(token.id);
  const { accountId, account, zone } = locate(services, endpoint, params, token);
  if (!permits(token, endpoint.permission)) throw forbidden(endpoint);
  for (const name of url.searchParams.keys()) {
    if (!endpoint.query.includes(name))
      throw failure('unknownField', `Unknown query parameter ${JSON.stringify(name)}.`);
  }
  const call: Call = {
    ...services,
    request,
    url,
    params,
    query: url.searchParams,
    token,
    actor: token.owner,
    source: sourceOf(request),
    account: account ?? absent('account', accountId),
    zone: zone ?? absent('zone', params['zone_id']),
  };
  const response = await withFailures(services.assumptions, () => endpoint.handler(call));
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  if (request.method !== 'GET' && accountId !== undefined) services.runtime.changed(accountId);
  return response;
}

async function withFailures(
  assumptions: Assumptions,
  work: () => Promise<Response> | Response,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiFailure) return refusal(assumptions.recoded(error));
    throw error;
  }
}

/** The account or zone of the path, when the token reaches it. @throws 7003, 10000, 9109 */
function locate(
  services: Services,
  endpoint: Endpoint,
  params: Record<string, string>,
  token: TokenDocument,
): { accountId?: string; account?: AccountDocument; zone?: ZoneDocument } {
  const accountId = params['account_id'];
  const zoneId = params['zone_id'];
  if (accountId !== undefined) {
    if (!isHexId(accountId)) throw noRoute('accounts', accountId);
    const account = services.store.get('account', accountId);
    if (account === undefined || !reaches(token, accountId)) {
      if (!services.assumptions.hold(OUT_OF_REACH)) throw failure('unauthorized');
      throw forbidden(endpoint);
    }
    return { accountId, account };
  }
  if (zoneId !== undefined) {
    const zone = isHexId(zoneId) ? services.store.get('zone', zoneId) : undefined;
    if (zone === undefined) throw noRoute('zones', zoneId);
    if (!reaches(token, zone.accountId)) throw forbidden(endpoint);
    return { accountId: zone.accountId, zone };
  }
  return {};
}

function noRoute(kind: string, id: string): ApiFailure {
  return failure(
    'noRoute',
    `Could not route to /client/v4/${kind}/${id.slice(0, 64)}, perhaps your object identifier is invalid?`,
  );
}

function forbidden(endpoint: Endpoint): ApiFailure {
  return failure(endpoint.path === '/accounts/:account_id' ? 'unauthorized' : 'authentication');
}

/** Asset uploads are allowed by the session's JWT alone. @throws 10000 */
async function assetToken(services: Services, request: Request): Promise<TokenDocument> {
  const jwt = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  const claims = jwt === undefined ? null : await services.assetTokens.read(jwt);
  if (claims === null || claims.use !== 'upload') throw failure('authentication');
  return {
    id: `asset-session-${claims.session}`,
    hash: '',
    kind: 'account',
    owner: { id: claims.session, email: '' },
    accounts: [claims.account],
    permissions: [],
    status: 'active',
    expiresOn: null,
    notBefore: null,
  };
}

function sourceOf(request: Request): string {
  const agent = request.headers.get('user-agent') ?? '';
  if (agent.startsWith('wrangler/')) return 'wrangler';
  if (/terraform/i.test(agent)) return 'terraform';
  return 'api';
}

/** Stands in for an account or zone on paths without one; touching it is a bug of the endpoint. */
function absent<T extends object>(what: string, id: string | undefined): T {
  return new Proxy({} as T, {
    get: () => {
      throw new Error(`This endpoint's path has no ${what} (${id ?? 'none'}).`);
    },
  });
}
