import { MAX_MESSAGES } from '../durable-objects/chat-session.ts';
import type { Env } from '../env.ts';
import { json } from '../http/respond.ts';
import type { Tenant } from '../tenant.ts';
import { parseSession } from './chat-input.ts';
import { sessionOf } from './session.ts';

/** `GET /chat/:session/history`: the session's messages, oldest first; an unknown session has none. */
export async function getHistory(env: Env, tenant: Tenant, session: string): Promise<Response> {
  const id = parseSession(session);
  const messages = await sessionOf(env, tenant, id).history(MAX_MESSAGES);
  return json({ session: id, messages });
}
