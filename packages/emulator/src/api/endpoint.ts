import type { Assumptions } from './assumptions.ts';
import type { Behaviour, Provenance } from './behaviour.ts';
import type { Author, AccountDocument, TokenDocument } from '../store/model/accounts.ts';
import type { ZoneDocument } from '../store/model/zones.ts';
import type { Store } from '../store/store.ts';
import type { BlobStore } from '../store/blobs.ts';
import type { Clock } from '../clock.ts';
import type { Ids } from '../ids.ts';
import type { Invocations } from '../invocations.ts';
import type { Runtime } from '../runtime/contract.ts';
import type { Mutex } from '../mutex.ts';
import type { AssetTokens } from '../asset-tokens.ts';

/** Parts of the emulator that a resource may use. */
export interface Services {
  store: Store;
  blobs: BlobStore;
  clock: Clock;
  ids: Ids;
  runtime: Runtime;
  /** Serialises the uploads of one script. */
  mutex: Mutex;
  assetTokens: AssetTokens;
  /** Requests that Workers answered, as analytics and logs have them. */
  invocations: Invocations;
  assumptions: Assumptions;
  /** Base of WebSocket URLs handed out for tails, e.g. `ws://127.0.0.1:8787`. */
  publicUrl(): string;
}

/** One request that passed authentication. */
export interface Call extends Services {
  request: Request;
  /** Decoded path parameters. */
  params: Record<string, string>;
  query: URLSearchParams;
  token: TokenDocument;
  actor: Author;
  /** Client kind from the user agent: `wrangler`, `terraform`, `api`. */
  source: string;
  /** The account of the path. Only for paths with `account_id`. */
  account: AccountDocument;
  /** The zone of the path. Only for paths with `zone_id`. */
  zone: ZoneDocument;
}

/** What a token needs to call an endpoint; a `… Write` group includes its `… Read`. `null`: any valid token. */
export type Permission = string | null;

/** One served endpoint. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below `/client/v4`, with `:name` parameters. */
  path: string;
  permission: Permission;
  /** Query parameters it knows. Any other is refused. */
  query: readonly string[];
  /** `assets`: authenticated by an asset session's JWT instead of a token. */
  auth: 'token' | 'assets';
  handler: (call: Call) => Promise<Response> | Response;
  /** Where its shape is known from. */
  known: Provenance;
}

/** What one file serves of a product. Several files may serve one product. */
export interface Resource {
  /** Heading in the docs. */
  product: string;
  endpoints: readonly Endpoint[];
  /** What it does beyond taking and giving the right shapes. */
  behaviours: readonly Behaviour[];
  /** What clients are known to ask and gets 501 with a reason. */
  notServed?: readonly NotServed[];
}

/** An operation that is known and not served. */
export interface NotServed {
  /** `METHOD /path` with `:name` parameters. */
  route: `${Endpoint['method']} /${string}`;
  /** Who asks for it. */
  asks: string;
  /** Why not, and what to do instead; a sentence. */
  why: string;
}

/** Declares an endpoint. */
export function endpoint(
  route: `${Endpoint['method']} /${string}`,
  options: {
    known: Provenance;
    permission: Permission;
    query?: readonly string[];
    auth?: Endpoint['auth'];
  },
  handler: Endpoint['handler'],
): Endpoint {
  const space = route.indexOf(' ');
  return {
    method: route.slice(0, space) as Endpoint['method'],
    path: route.slice(space + 1),
    known: options.known,
    permission: options.permission,
    query: options.query ?? [],
    auth: options.auth ?? 'token',
    handler,
  };
}

/** A path parameter that the route's pattern guarantees. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`The route has no parameter ${name}.`);
  return value;
}
