import type { Admin } from './admin.ts';
import { asError } from '../as-error.ts';
import { enterPage, visitorOf } from './admin-auth.ts';
import { renderPage } from './admin-page.ts';
import { WeatherFileError, readFault, readWeather } from '../weather/weather-file.ts';
import { logStream } from '../doors/log-stream.ts';
import { readSeed } from '../seed/seed-file.ts';
import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

type AdminHandler = (admin: Admin, request: Request, url: URL) => Promise<Response> | Response;

const HANDLERS: Record<string, AdminHandler> = {
  'GET /': (admin) =>
    new Response(renderPage(admin), { headers: { 'content-type': 'text/html; charset=utf-8' } }),
  'GET /status': (admin) =>
    Response.json({
      ok: true,
      accounts: admin
        .accounts()
        .map(({ id, name, subdomain }) => ({ id, name, subdomain, workers: admin.scripts(id).length })),
    }),
  'GET /weather': (admin) => Response.json(admin.weather()),
  'PUT /weather': async (admin, request) => {
    admin.setWeather(readWeather(await body(request), 'body'));
    return Response.json(admin.weather());
  },
  'POST /faults': async (admin, request) => {
    admin.addFault(readFault(await body(request), 'body'));
    return Response.json(admin.weather().faults, { status: 201 });
  },
  'DELETE /faults': (admin) => {
    admin.clearFaults();
    return Response.json([]);
  },
  'POST /seed': async (admin, request) => {
    await admin.seed(readSeed(await body(request)));
    return Response.json({ ok: true });
  },
  'GET /requests': (admin, _request, url) => {
    const filter = {
      ...given('method', url.searchParams.get('method')),
      ...given('path', url.searchParams.get('path')),
    };
    return Response.json({ counters: admin.journal.counters(), requests: admin.journal.requests(filter) });
  },
  'GET /logs': (admin, request, url) =>
    logStream(
      admin,
      {
        ...given('account', url.searchParams.get('account')),
        ...given('script', url.searchParams.get('script')),
      },
      request.signal,
    ),
  'DELETE /requests': (admin) => {
    admin.journal.clear();
    return Response.json({ ok: true });
  },
  'POST /clock': async (admin, request) => {
    const { advanceMs } = await body(request);
    if (typeof advanceMs !== 'number') throw new WeatherFileError('body: advanceMs must be a number.');
    admin.advanceClock(advanceMs);
    return Response.json({ ok: true });
  },
  'POST /snapshots': async (admin, request) => {
    const name = String((await body(request))['name'] ?? 'default');
    admin.snapshots.set(name, admin.snapshot());
    return Response.json({ name }, { status: 201 });
  },
  'POST /restore': async (admin, request) => {
    const name = String((await body(request))['name'] ?? 'default');
    const capture = admin.snapshots.get(name);
    if (capture === undefined) throw new WeatherFileError(`There is no snapshot "${name}".`);
    await admin.restore(capture);
    return Response.json({ name });
  },
  'POST /edits': async (admin, request) => {
    await edit(admin, await body(request));
    return Response.json({ ok: true });
  },
  'POST /scheduled': async (admin, request) => {
    const text = textsOf(await body(request));
    return Response.json(await admin.triggerScheduled(text('accountId'), text('script'), text('cron')));
  },
  'POST /queue-messages': async (admin, request) => {
    const sent = await body(request);
    const text = textsOf(sent);
    const { messages } = sent;
    if (!Array.isArray(messages)) throw new WeatherFileError('body: messages must be an array.');
    await admin.sendQueueMessages(text('accountId'), text('queue'), messages);
    return Response.json({ ok: true });
  },
};

/** Serves the admin endpoint below `/__cf-deploy`, and the page itself. Loopback only, and only with the admin token. */
export async function handleAdminRequest(
  request: Request,
  admin: Admin,
  adminToken: string,
): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === '/')
    return new Response(null, { status: 302, headers: { location: `/__cf-deploy/${url.search}` } });
  const path = url.pathname.slice('/__cf-deploy'.length) || '/';
  if (isForeignPage(request, url)) return refuse(403, 'Requests from other sites are not answered.');
  const route = `${request.method} ${path}`;
  const entered = route === PAGE ? enterPage(url, adminToken) : null;
  if (entered !== null) return entered;
  const visitor = visitorOf(request, adminToken);
  if (visitor !== 'admin' && !(visitor === 'page' && route === PAGE)) return refuse(401, NEEDS_TOKEN);
  const handler = Object.hasOwn(HANDLERS, route) ? HANDLERS[route] : undefined;
  if (handler === undefined) return refuse(404, `There is no ${request.method} ${url.pathname}.`);
  try {
    return await handler(admin, request, url);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? { code: String(error.code) } : {};
    return refuse(400, asError(error).message, code);
  }
}

const PAGE = 'GET /';
const NEEDS_TOKEN =
  'The admin endpoint needs "Authorization: Bearer <token>", and the page ?token=<token>, with the token that was made when this embedded Cloudflare started.';

/** A page of another site must not drive the emulator through the user's browser. */
function isForeignPage(request: Request, url: URL): boolean {
  const origin = request.headers.get('origin');
  const host = request.headers.get('host') ?? url.host;
  return origin !== null && origin !== `http://${host}`;
}

async function edit(admin: Admin, change: JsonObject): Promise<void> {
  const text = textsOf(change);
  const user = admin.editAs({ email: text('email') });
  const account = text('accountId');
  switch (change['kind']) {
    case 'set-variable':
      return user.setVariable(account, text('script'), text('name'), text('text'));
    case 'set-secret':
      return user.setSecret(account, text('script'), text('name'), text('text'));
    case 'remove-binding':
      return user.removeBinding(account, text('script'), text('name'));
    case 'add-cron':
      return user.addCron(account, text('script'), text('cron'));
    case 'remove-cron':
      return user.removeCron(account, text('script'), text('cron'));
    case 'delete-resource':
      return user.deleteResource(account, resourceKind(change['resource']), text('id'));
    default:
      throw new WeatherFileError(
        'body: kind must be set-variable, set-secret, remove-binding, add-cron, remove-cron or delete-resource.',
      );
  }
}

/** Reads fields that must be texts. */
function textsOf(object: JsonObject): (field: string) => string {
  return (field) => {
    const value = object[field];
    if (typeof value !== 'string' || value === '')
      throw new WeatherFileError(`body: ${field} must be a text.`);
    return value;
  };
}

function resourceKind(value: Json | undefined): 'kv' | 'd1' | 'r2' | 'queue' | 'vectorize' | 'hyperdrive' {
  switch (value) {
    case 'kv':
    case 'd1':
    case 'r2':
    case 'queue':
    case 'vectorize':
    case 'hyperdrive':
      return value;
    default:
      throw new WeatherFileError('body: resource must be kv, d1, r2, queue, vectorize or hyperdrive.');
  }
}

async function body(request: Request): Promise<JsonObject> {
  const value: Json = await request.json().catch(() => null);
  if (!isObject(value)) throw new WeatherFileError('The body must be a JSON object.');
  return value;
}

function given(name: string, value: string | null): Record<string, string> {
  return value === null ? {} : { [name]: value };
}

function refuse(status: number, message: string, code: { code?: string } = {}): Response {
  return Response.json({ ok: false, ...code, error: message }, { status });
}
