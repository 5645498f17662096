import { errorPage } from './error-pages.ts';
import { newRay } from './fetch-worker.ts';
import type { Destination } from '../routing/hosts.ts';

/** What decides about a request a Worker sends to the outside. */
export interface OutboundServices {
  find(url: URL): Destination | null;
  /** Serves a host of ours. */
  serve(request: Request): Promise<Response | null>;
  /** Asked for hosts that are not ours. */
  outside: ((request: Request) => Promise<Response>) | undefined;
}

/**
 * Answers what a Worker of `accountId` fetches. Hosts of other accounts are served, those of its own are refused as
 * Cloudflare does on workers.dev (error 1042), and nothing else leaves the machine unless the caller lets it.
 */
export async function answerOutbound(
  accountId: string,
  request: Request,
  { find, serve, outside }: OutboundServices,
): Promise<Response> {
  const url = new URL(request.url);
  const destination = find(url);
  if (destination?.kind === 'worker' && destination.script.accountId === accountId) {
    return errorPage('same-account', url.host, newRay());
  }
  if (destination !== null) return (await serve(request)) ?? errorPage('no-origin', url.host, newRay());
  if (outside !== undefined) return outside(request);
  const text = `Nothing leaves this machine: fetch(${JSON.stringify(`${url.origin}${url.pathname}`)}) was not sent.`;
  return new Response(text, { status: 530 });
}
