import { randomBytes } from 'node:crypto';
import { createEmulator } from '../../src/index.ts';
import { ACCOUNT, TOKEN } from '../support/client.ts';
import type { Envelope } from '../support/client.ts';

/** Where the contract is checked: the emulator, or a real account. */
export interface ContractTarget {
  /** Script name of this run; deleted at the end. */
  script: string;
  /** Calls the API; `path` is below `/client/v4/accounts/<account>`. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Envelope>;
  close(): Promise<void>;
}

/** The emulator with workerd. */
export async function emulatorTarget(): Promise<ContractTarget> {
  const emulator = await createEmulator({
    accounts: [{ id: ACCOUNT, subdomain: 'contract' }],
    tokens: [TOKEN],
  });
  const base = `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}`;
  const target = contractTarget(base, TOKEN, (request) => emulator.fetch(request));
  return { ...target, close: () => emulator.close() };
}

/** A real account, when its token and id are in the environment. Leaves nothing behind. */
export function liveTarget(): ContractTarget | null {
  const token = process.env['CF_DEPLOY_CONTRACT_TOKEN'];
  const account = process.env['CF_DEPLOY_CONTRACT_ACCOUNT'];
  if (token === undefined || account === undefined) return null;
  const target = contractTarget(`https://api.cloudflare.com/client/v4/accounts/${account}`, token, fetch);
  return {
    ...target,
    close: async () => {
      await target.call('DELETE', `/workers/scripts/${target.script}?force=true`);
    },
  };
}

function contractTarget(
  base: string,
  token: string,
  send: (request: Request) => Promise<Response>,
): Omit<ContractTarget, 'close'> {
  return {
    script: `cf-deploy-contract-${randomBytes(4).toString('hex')}`,
    call: async (method, path, body, headers = {}) => {
      const isForm = body instanceof FormData;
      const response = await send(
        new Request(base + path, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(isForm || body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
        }),
      );
      const parsed = (await response.json()) as Omit<Envelope, 'status' | 'headers'>;
      return { ...parsed, errors: parsed.errors ?? [], status: response.status, headers: response.headers };
    },
  };
}
