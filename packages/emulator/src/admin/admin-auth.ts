import { createHmac } from 'node:crypto';
import { sameSecret } from '../doors/proof.ts';

const COOKIE = 'cf-deploy-page';

/** Who asks: somebody who knows the admin token, a browser that was let in to the page, or nobody we know. */
export type Visitor = 'admin' | 'page' | 'stranger';

/** Tells who sent a request to the admin endpoint. */
export function visitorOf(request: Request, adminToken: string): Visitor {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  if (bearer !== undefined) return sameSecret(bearer, adminToken) ? 'admin' : 'stranger';
  const cookie = cookieOf(request.headers.get('cookie') ?? '');
  return cookie !== null && sameSecret(cookie, pageSecret(adminToken)) ? 'page' : 'stranger';
}

/**
 * Lets a browser in to the page when its address carries the token (`?token=`): the token leaves the address bar, and a
 * cookie that is good for the page only takes its place, because cookies of 127.0.0.1 go to every port.
 */
export function enterPage(url: URL, adminToken: string): Response | null {
  const token = url.searchParams.get('token');
  if (token === null || !sameSecret(token, adminToken)) return null;
  const cookie = `${COOKIE}=${pageSecret(adminToken)}; Path=/__cf-deploy; HttpOnly; SameSite=Strict`;
  return new Response(null, { status: 303, headers: { location: '/__cf-deploy/', 'set-cookie': cookie } });
}

function pageSecret(adminToken: string): string {
  return createHmac('sha256', adminToken).update('cf-deploy admin page').digest('hex');
}

function cookieOf(header: string): string | null {
  const pair = header.split(';').find((part) => part.trim().startsWith(`${COOKIE}=`));
  return pair === undefined ? null : pair.trim().slice(COOKIE.length + 1);
}
