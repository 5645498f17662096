import { type Answer, type Ask, wholeAnswer } from '../../transport/answer.ts';
import { readBytes } from './answer-bytes.ts';

/** Statuses that point elsewhere. Source: Fetch standard, "redirect status". */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What the SDK hands over of a request. Its headers are whatever class it was built with. */
interface SdkInit {
  readonly method?: string;
  readonly headers?: Iterable<[string, string]>;
  readonly body?: Uint8Array<ArrayBuffer> | null;
  readonly signal?: AbortSignal | null;
}

/**
 * The `fetch` of the SDK. It goes where it is sent and nowhere else: Cloudflare's API does not redirect, and a redirect
 * followed would hand the body, secrets included, to whoever it names. Answers that are errors, which the SDK reads whole,
 * are read up to the size of any other answer.
 */
export function guardFetch(ask: Ask) {
  return async (url: string, init: SdkInit = {}): Promise<Answer> => {
    const { method = 'GET', headers: sent = [], body = null, signal = null } = init;
    const answer = await ask(url, {
      method,
      headers: Object.fromEntries(sent),
      body,
      signal,
      redirect: 'manual',
    });
    const { ok, status, headers } = answer;
    if (ok) return answer;
    if (REDIRECTS.has(status)) {
      await answer.body?.cancel();
      return wholeAnswer(status, headers, Buffer.from(`it redirects to ${hostOf(headers.get('location'))}`));
    }
    if (status < 400) return answer;
    return wholeAnswer(status, headers, await readBytes(answer, signal ?? new AbortController().signal));
  };
}

function hostOf(location: string | null): string {
  if (location === null || !URL.canParse(location)) return 'another address';
  return new URL(location).host;
}
