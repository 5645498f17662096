/** A running one answers at once; a port that something else took must not hold us up. */
const TIMEOUT_MS = 2_000;
/** An answer is about 100 characters. */
const MAX_BYTES = 1_000;

/**
 * Asks the server at `url` to prove that it knows the token, without telling it the token: it answers a fresh nonce with
 * an HMAC over the nonce and its own address.
 */
export async function provesToken(url: string, token: string): Promise<boolean> {
  const { PROOF_PATH, newNonce, proofOf, sameSecret } = await import('@cf-deploy/emulator');
  const nonce = newNonce();
  try {
    const response = await fetch(`${url}${PROOF_PATH}?nonce=${nonce}`, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return sameSecret(proofIn(await readShort(response)), proofOf(token, url, nonce));
  } catch {
    return false;
  }
}

async function readShort(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_BYTES) throw new Error('This is no proof.');
  }
  return text;
}

function proofIn(text: string): string {
  const answer = JSON.parse(text) as { proof?: string } | null;
  return typeof answer?.proof === 'string' ? answer.proof : '';
}
