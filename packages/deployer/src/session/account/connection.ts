import type { SessionOptions } from '../../cloudflare/client/client.ts';
import type { Redactor } from '../../security/redact.ts';
import type { Secret } from '../../security/secret.ts';
import type { Budgets } from '../budgets.ts';
import type { DeployEvent } from '../events.ts';

/** What of the world a session with the API is made of. */
export interface Connecting
  extends
    Pick<Budgets, 'budget'>,
    Pick<SessionOptions, 'baseUrl' | 'fetch' | 'proxy' | 'now' | 'sleep' | 'onCall'> {
  readonly redactor: Redactor;
  readonly emit: (event: DeployEvent) => void;
}

/** How a token's calls are sent, whatever its account. @param tenant whom waiting is told of; null: nobody in particular */
export function connectionOf(
  { baseUrl, fetch, proxy = null, budget, now, sleep, onCall, redactor, emit }: Connecting,
  token: Secret,
  tenant: string | null,
): Omit<SessionOptions, 'accountId' | 'signal'> {
  return {
    token,
    baseUrl,
    fetch,
    proxy,
    budget: budget(token),
    now,
    sleep,
    onCall,
    clean: redactor.text,
    onWaiting: (ms, why) => emit({ type: 'waiting', tenant, ms, why }),
  };
}
