import { createEmulator } from '../../src/index.ts';
import type { Emulator, EmulatorOptions } from '../../src/index.ts';
import { createFakeRuntime } from './fake-runtime.ts';

/** Account every test emulator has. */
export const ACCOUNT = 'a'.repeat(32);
export const TOKEN = 'test-token';

/** An answer's envelope. */
export interface Envelope {
  status: number;
  headers: Headers;
  success: boolean;
  errors: {
    code: number;
    message: string;
    error_chain?: { code: number }[];
    meta?: Record<string, unknown>;
  }[];
  // The shape differs per endpoint; each test reads what it asserts.
  result: Record<string, unknown> & unknown[];
  result_info?: Record<string, unknown>;
}

/** An emulator without workerd, with one paid account `test` on subdomain `test`. */
export async function testEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  return createEmulator({
    runtime: () => createFakeRuntime(),
    accounts: [{ id: ACCOUNT, name: 'Test', subdomain: 'test' }],
    tokens: [TOKEN],
    rateLimit: null,
    ...options,
  });
}

/** Calls the API of an emulator. `path` is below `/client/v4`; `:account` in it becomes the test account. */
export async function call(
  emulator: Pick<Emulator, 'fetch'>,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Envelope> {
  const raw = body instanceof FormData || typeof body === 'string' || body === undefined;
  const response = await emulator.fetch(
    new Request(`https://api.cloudflare.com/client/v4${path.replace(':account', ACCOUNT)}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string | FormData) : JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  const parsed = (text.startsWith('{') ? JSON.parse(text) : { result: text }) as Omit<
    Envelope,
    'status' | 'headers'
  >;
  return { ...parsed, status: response.status, headers: response.headers };
}

/** Codes of a refused call. */
export function codes(answer: Envelope): number[] {
  return answer.errors.map(({ code }) => code);
}

export const HELLO = 'export default { async fetch() { return new Response("hello"); } };';

/** A script upload form. */
export function upload(metadata: Record<string, unknown> = {}, source = HELLO): FormData {
  const form = new FormData();
  form.set(
    'metadata',
    JSON.stringify({ main_module: 'index.js', compatibility_date: '2026-01-01', ...metadata }),
  );
  form.set('index.js', new File([source], 'index.js', { type: 'application/javascript+module' }));
  return form;
}
