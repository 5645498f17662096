import type { ChatSession } from '../durable-objects/chat-session.ts';
import type { Env } from '../env.ts';
import type { Tenant } from '../tenant.ts';

/** The object of a session. The tenant is part of its name, so no session id reaches another tenant's history. */
export function sessionOf(
  env: Pick<Env, 'CHAT_SESSION'>,
  tenant: Tenant,
  session: string,
): DurableObjectStub<ChatSession> {
  return env.CHAT_SESSION.getByName(`${tenant.id}:${session}`);
}
