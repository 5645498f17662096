import { Hono } from 'hono';
import { TrieRouter } from 'hono/router/trie-router';
import { getPath } from 'hono/utils/url';
import { OUT_OF_REACH, authenticate, permits, reaches } from './auth.ts';
import type { Call, Endpoint, Services } from './endpoint.ts';
import { refusal } from './envelope.ts';
import type { Assumptions } from './assumptions.ts';
import { matchPath } from '../path-pattern.ts';
import { NOT_SERVED } from './endpoints.ts';
import { ApiFailure, ConnectionReset, failure } from './errors.ts';
import { isHexId } from '../rules/account/names.ts';
import type { RateLimiter } from '../weather/rate-limit.ts';
import type { AccountDocument, TokenDocument } from '../store/model/accounts.ts';
import type { ZoneDocument } from '../store/model/zones.ts';

/** Where all of the API is. */
export const API_PREFIX = '/client/v4';

/** What a request asks for. */
interface Asked {
  /** Below {@link API_PREFIX}, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The API as a function from request to answer. */
export type Api = (request: Request, asked: Asked) => Promise<Response>;

/** What the handlers of a request need. */
interface Bindings extends Asked {
  readonly services: Services;
  readonly rateLimiter: RateLimiter;
}

/** What is served by path looks at it decoded, as Hono does. */
const decodedPath = (request: Request): string => getPath(request).slice(API_PREFIX.length) || '/';

/**
 * The Cloudflare API over the given endpoints: authentication, rate limit, permission, unknown parameters, and errors
 * in Cloudflare's envelope. Whatever is not served answers 501 by name.
 */
export function createApi(services: Services, endpoints: readonly Endpoint[], rateLimiter: RateLimiter): Api {
  const router = routerOf(endpoints);
  return async (request, asked) => {
    try {
      const response = await router.fetch(request, { ...asked, services, rateLimiter });
      // Answered only when it cannot be lost any more.
      await services.store.settled();
      return response;
    } catch (error) {
      if (error instanceof ConnectionReset) throw error;
      return refusal(
        failure('internal', `Internal error: ${error instanceof Error ? error.message : String(error)}`),
      );
    }
  };
}

type Router = Hono<{ Bindings: Bindings }>;

/** Made of the same endpoints for every embedded Cloudflare: that takes as long as ten calls. */
const routers = new WeakMap<readonly Endpoint[], Router>();

function routerOf(endpoints: readonly Endpoint[]): Router {
  const known = routers.get(endpoints);
  if (known !== undefined) return known;
  const made = createRouter(endpoints);
  routers.set(endpoints, made);
  return made;
}

function createRouter(endpoints: readonly Endpoint[]): Router {
  // The paths are too many alike for the router that Hono would try first.
  const router: Router = new Hono({ getPath: decodedPath, router: new TrieRouter() });
  for (const endpoint of endpoints) {
    router.on(endpoint.method, endpoint.path, (context) =>
      serve(endpoint, context.env, { params: context.req.param(), request: context.req.raw }),
    );
  }
  router.notFound((context) => {
    const { path, services } = context.env;
    authenticate(context.req.raw, path, services.store, services.clock);
    throw notServed(context.req.method, path);
  });
  router.onError((error) => {
    if (error instanceof ApiFailure) return refusal(error);
    throw error;
  });
  return router;
}

function notServed(method: string, path: string): ApiFailure {
  const known = NOT_SERVED.find(({ route }) => {
    const [wantedMethod = '', pattern = ''] = route.split(' ');
    return method === wantedMethod && matchPath(pattern, path);
  });
  const why = known === undefined ? '' : ` ${known.why}`;
  return failure('notEmulated', `The embedded Cloudflare does not serve ${method} ${path}.${why}`);
}

async function serve(
  endpoint: Endpoint,
  { services, rateLimiter, path, query }: Bindings,
  { request, params }: Pick<Call, 'request' | 'params'>,
): Promise<Response> {
  const token =
    endpoint.auth === 'assets'
      ? await assetToken(services, request)
      : authenticate(request, path, services.store, services.clock);
  const headers = rateLimiter.count(token.id);
  const { accountId, account, zone } = locate(services, endpoint, params, token);
  if (!permits(token, endpoint.permission)) throw forbidden(endpoint);
  for (const name of query.keys()) {
    if (!endpoint.query.includes(name))
      throw failure('unknownField', `Unknown query parameter ${JSON.stringify(name)}.`);
  }
  // By name: a copy of an object that gets as many fields again takes as long as all that comes before.
  const { store, blobs, clock, ids, runtime, mutex, assetTokens, invocations, assumptions, publicUrl } =
    services;
  const call: Call = {
    store,
    blobs,
    clock,
    ids,
    runtime,
    mutex,
    assetTokens,
    invocations,
    assumptions,
    publicUrl,
    request,
    params,
    query,
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
