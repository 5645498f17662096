import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * How an emulator that listens proves that it knows its admin token, before a client sends it anything worth stealing:
 * the client sends a nonce, the server answers with an HMAC over the nonce and its own address. The address is the
 * server's word, not the request's, so that nobody else can pass the question on and the answer back.
 */

/** Path of the question; `?nonce=` takes 32 to 128 hex digits. */
export const PROOF_PATH = '/__cf-deploy/proof';

/** A fresh nonce. */
export function newNonce(): string {
  return randomBytes(32).toString('hex');
}

/**
 * The right answer, hex.
 * @param url Address of the door, as {@link Listening.url} has it.
 */
export function proofOf(token: string, url: string, nonce: string): string {
  return createHmac('sha256', token).update(`cf-deploy local proof\n${url}\n${nonce}`).digest('hex');
}

/** Compares two secrets of any length in a time that tells nothing about them. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** Answers the question, when the request is one. */
export function answerProof(request: Request, token: string, url: string): Response | null {
  const asked = new URL(request.url);
  if (asked.pathname !== PROOF_PATH || request.method !== 'GET') return null;
  const nonce = asked.searchParams.get('nonce') ?? '';
  if (!/^[0-9a-f]{32,128}$/.test(nonce)) {
    return Response.json({ ok: false, error: 'nonce must be 32 to 128 hex digits.' }, { status: 400 });
  }
  return Response.json({ ok: true, proof: proofOf(token, url, nonce) });
}
