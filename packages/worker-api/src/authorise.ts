import { Refusal } from './http/refusal.ts';
import type { Scope } from './scope.ts';

/**
 * Lets a caller into the chat: everyone, unless the feature `requireApiKey` is on; then only with the tenant's key.
 * @throws Refusal 401 without the right key, 503 when the feature is on and the secret was never set
 */
export async function authorise(request: Request, { env, settings }: Scope): Promise<void> {
  if (settings.featureFlags['requireApiKey'] !== true) return;
  if (env.CHAT_API_KEY === undefined || env.CHAT_API_KEY === '') {
    throw new Refusal(503, 'misconfigured', 'This tenant has no API key yet.');
  }
  const given = request.headers.get('authorization')?.match(/^Bearer (.+)$/)?.[1] ?? '';
  if (!(await sameSecret(given, env.CHAT_API_KEY))) {
    throw new Refusal(401, 'unauthorised', 'Send the API key as a bearer token.', {
      'www-authenticate': 'Bearer',
    });
  }
}

/** Compares digests, which have one length, in constant time. */
async function sameSecret(a: string, b: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const [left, right] = await Promise.all(
    [a, b].map((text) => crypto.subtle.digest('SHA-256', encoder.encode(text))),
  );
  return left !== undefined && right !== undefined && crypto.subtle.timingSafeEqual(left, right);
}
