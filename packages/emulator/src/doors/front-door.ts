import type { Admin } from '../admin/admin.ts';
import { handleAdminRequest } from '../admin/admin-http.ts';
import { API_PREFIX, type Api } from '../api/app.ts';
import { codesOf } from '../api/envelope.ts';
import { BODY_LIMITS, withBodyLimit } from './body-limit.ts';
import type { BodyLimits } from './body-limit.ts';
import type { Clock } from '../clock.ts';
import { redactBody } from '../redact.ts';
import type { JournalEntry, RequestJournal } from '../request-journal.ts';
import type { Runtime } from '../runtime/contract.ts';
import type { Weather } from '../weather/weather.ts';
import { parseJson } from '../json.ts';
import type { Json } from '../json.ts';

const ADMIN_PREFIX = '/__cf-deploy';
/** Larger JSON bodies are not kept in the journal. */
const JOURNALLED_BYTES = 256 * 1024;

/** What stands behind the front door. */
export interface FrontDoorOptions {
  api: Api;
  admin: Admin;
  weather: Weather;
  journal: RequestJournal;
  clock: Clock;
  runtime: Runtime;
  apiHosts: readonly string[];
  /** Needed on the admin endpoint. */
  adminToken: string;
  bodyLimits: Partial<BodyLimits>;
}

/** Sends each request to the API, the admin pages, or the deployed Workers, by its host and path. */
export function createFrontDoor(options: FrontDoorOptions): (request: Request) => Promise<Response> {
  const apiHosts = new Set(['api.cloudflare.com', ...options.apiHosts]);
  const limits = { ...BODY_LIMITS, ...options.bodyLimits };
  return async (request) => {
    const url = new URL(request.url);
    const host = request.headers.get('host') ?? url.host;
    const hostname = host.replace(/:\d+$/, '');
    const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
    if ((loopback || apiHosts.has(hostname)) && isBelow(url.pathname, API_PREFIX)) {
      return withBodyLimit(request, limits.api, (limited) => callApi(limited, url, options));
    }
    if (loopback && (isBelow(url.pathname, ADMIN_PREFIX) || url.pathname === '/')) {
      return withBodyLimit(request, limits.admin, (limited) =>
        handleAdminRequest(limited, options.admin, options.adminToken),
      );
    }
    return withBodyLimit(request, limits.worker, async (limited) => {
      const answer = await options.runtime.fetch(limited);
      return answer ?? new Response(`The embedded Cloudflare has nothing at ${host}.\n`, { status: 404 });
    });
  };
}

async function callApi(request: Request, url: URL, options: FrontDoorOptions): Promise<Response> {
  const path = url.pathname.slice(API_PREFIX.length) || '/';
  const started = performance.now();
  const entry = options.journal.begin({
    at: options.clock.now().toISOString(),
    method: request.method,
    path: decodeSafely(path),
    query: Object.fromEntries(url.searchParams),
    client: (request.headers.get('user-agent') ?? '').split(' ')[0] ?? '',
    body: await journalBody(request),
  });
  try {
    const response = await options.weather.pass(entry, () =>
      options.api(request, { path, query: url.searchParams }),
    );
    entry.status = response.status;
    entry.codes = codesOf(response);
    response.headers.set('cf-ray', `${entry.id.toString(16).padStart(16, '0')}-LOC`);
    return response;
  } finally {
    finish(entry, options.journal, started);
  }
}

function finish(entry: JournalEntry, journal: RequestJournal, started: number): void {
  entry.durationMs = Math.round(performance.now() - started);
  journal.finish(entry);
}

async function journalBody(request: Request): Promise<Json | undefined> {
  const type = request.headers.get('content-type') ?? '';
  const length = Number(request.headers.get('content-length') ?? 0);
  if (request.body === null || length > JOURNALLED_BYTES) return null;
  // wrangler sends some JSON bodies as text/plain; values of KV keys are no JSON of the API.
  if (!/json|text\/plain/.test(type) || request.url.includes('/values/')) return null;
  const text = await request.clone().text();
  if (text.length > JOURNALLED_BYTES) return null;
  try {
    return redactBody(parseJson(text));
  } catch {
    return null;
  }
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

function decodeSafely(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
