import { authorise } from './authorise.ts';
import { getHistory } from './chat/get-history.ts';
import { postChat } from './chat/post-chat.ts';
import type { Env } from './env.ts';
import { getHealth } from './health.ts';
import { Refusal } from './http/refusal.ts';
import { errorResponse } from './http/respond.ts';
import type { Scope } from './scope.ts';
import { readSettings } from './settings.ts';
import { resolveTenant, type Tenant } from './tenant.ts';

export { ChatSession } from './durable-objects/chat-session.ts';
export { TenantLimits } from './durable-objects/tenant-limits.ts';

export default {
  async fetch(request, env, context): Promise<Response> {
    try {
      return await route(request, env, context);
    } catch (error) {
      return errorResponse(error);
    }
  },
} satisfies ExportedHandler<Env>;

async function route(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
  const url = new URL(request.url);
  // Before anything else: what follows reads and writes data of one tenant.
  const tenant = resolveTenant(url.hostname, env);

  if (url.pathname === '/health') {
    allow(request, ['GET', 'HEAD']);
    return getHealth(env, tenant);
  }
  if (url.pathname === '/chat') {
    allow(request, ['POST']);
    return postChat(request, await enter(request, env, tenant), context);
  }
  const session = /^\/chat\/([^/]+)\/history$/.exec(url.pathname)?.[1];
  if (session !== undefined) {
    allow(request, ['GET', 'HEAD']);
    await enter(request, env, tenant);
    return getHistory(env, tenant, decoded(session));
  }
  throw new Refusal(404, 'not_found', 'There is nothing at this path.');
}

async function enter(request: Request, env: Env, tenant: Tenant): Promise<Scope> {
  const { settings } = await readSettings(env, tenant);
  const scope = { env, tenant, settings };
  await authorise(request, scope);
  return scope;
}

function allow(request: Request, methods: readonly string[]): void {
  if (methods.includes(request.method)) return;
  throw new Refusal(405, 'method_not_allowed', `Use ${methods.join(' or ')}.`, { allow: methods.join(', ') });
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, 'invalid_path', 'The path is not valid percent-encoding.');
  }
}
