import { type Answer, type Ask, type AskInit, wholeAnswer } from '../../transport/answer.ts';

/** Statuses that point elsewhere. Source: Fetch standard, "redirect status". */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What is asked, of a way that follows nobody. */
type GuardedInit = AskInit & Required<Pick<AskInit, 'redirect'>>;

/**
 * Asks where it is told to and nowhere else: Cloudflare's API does not redirect, and a redirect followed would hand the
 * body, secrets included, to whoever it names.
 */
export async function askOnlyThere(ask: Ask, url: string, init: GuardedInit): Promise<Answer> {
  const answer = await ask(url, init);
  const { status, headers } = answer;
  if (!REDIRECTS.has(status)) return answer;
  await answer.body?.cancel();
  return wholeAnswer(status, headers, Buffer.from(`it redirects to ${hostOf(headers.get('location'))}`));
}

function hostOf(location: string | null): string {
  if (location === null || !URL.canParse(location)) return 'another address';
  return new URL(location).host;
}
