import { Refusal } from './refusal.ts';

/** A JSON answer that no cache keeps. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, {
    status,
    headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers },
  });
}

/** What a caller sees of an error: a refusal as it is, anything else without its details. */
export function errorResponse(error: unknown): Response {
  if (error instanceof Refusal) {
    return json({ error: { code: error.code, message: error.message } }, error.status, error.headers);
  }
  console.error('unhandled', error);
  return json({ error: { code: 'internal', message: 'Something went wrong.' } }, 500);
}
