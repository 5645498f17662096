import type { Dice } from './chance.ts';

/** The twelve ways a call goes wrong. */
export const FAULTS = [
  'limited',
  'error',
  'bad gateway',
  'unavailable',
  'gateway timeout in plain text',
  'no answer',
  'answer lost',
  'answered, but not by the API',
  'applied, but answered by a page',
  'connection reset',
  'forbidden',
  'slow',
] as const;

export type FaultKind = (typeof FAULTS)[number];

/** How bad the weather of one command is. */
export interface Profile {
  readonly name: string;
  /** Chance of each read and each write to go wrong. */
  readonly reads: number;
  readonly writes: number;
  /** The how manieth call goes wrong for certain. @default none */
  readonly once?: number;
}

export const PROFILES: readonly [Profile, ...Profile[]] = [
  { name: 'calm', reads: 0, writes: 0 },
  { name: 'calm', reads: 0, writes: 0 },
  { name: 'writes fail', reads: 0, writes: 0.35 },
  { name: 'drizzle', reads: 0.03, writes: 0.1 },
  { name: 'rough', reads: 0.15, writes: 0.3 },
  { name: 'storm', reads: 0.5, writes: 0.6 },
];

export function pickProfile(dice: Dice, about: string): Profile {
  return dice.pick(`${about} weather`, PROFILES);
}

/** Of a busy life: half of all commands meet exactly one fault, anywhere. */
export function pickBusyProfile(dice: Dice, about: string): Profile {
  if (dice.happens(`${about} one fault`, 0.5)) {
    const once = 1 + dice.below(`${about} faulty call`, 24);
    return { name: `one fault, at call ${once}`, reads: 0, writes: 0, once };
  }
  return pickProfile(dice, about);
}

/** Which fault hits a call; null for none. 403 hits reads only: of a write it is an answer like any other. */
export function faultFor(
  dice: Dice,
  profile: Profile,
  call: { readonly key: string; readonly isRead: boolean; readonly nth: number },
): FaultKind | null {
  const hits =
    call.nth === profile.once ||
    dice.happens(`${call.key} fault`, call.isRead ? profile.reads : profile.writes);
  if (!hits) return null;
  const kind = dice.pick(`${call.key} kind`, FAULTS);
  return kind === 'forbidden' && !call.isRead ? 'error' : kind;
}

/** Plays one fault. `apply` sends the call on; `pass` lets the time pass. */
export async function strike(
  kind: FaultKind,
  { apply, pass }: { readonly apply: () => Promise<Response>; readonly pass: (ms: number) => void },
): Promise<Response> {
  switch (kind) {
    case 'limited':
      return refused(429, 971, 'Please wait', { 'retry-after': '2' });
    case 'error':
      return refused(500, 10_002, 'An unknown error has occurred.');
    case 'bad gateway':
      return page(502);
    case 'unavailable':
      return refused(503, 10_013, 'Unavailable');
    case 'gateway timeout in plain text':
      return new Response('upstream request timeout', {
        status: 504,
        headers: { 'content-type': 'text/plain' },
      });
    case 'no answer':
      pass(60_000);
      throw new TypeError('fetch failed', { cause: new Error('no answer before the deadline') });
    case 'answer lost':
      await apply();
      throw new TypeError('fetch failed', { cause: new Error('other side closed') });
    case 'answered, but not by the API':
      return page(200);
    case 'applied, but answered by a page':
      await apply();
      return page(200);
    case 'connection reset':
      throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') });
    case 'forbidden':
      return refused(403, 10_000, 'Authentication error');
    case 'slow':
      pass(20_000);
      return apply();
  }
}

function refused(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  const body = { success: false, errors: [{ code, message }], messages: [], result: null };
  return Response.json(body, { status, headers });
}

function page(status: number): Response {
  return new Response('<html><title>502 Bad Gateway</title></html>', {
    status,
    headers: { 'content-type': 'text/html' },
  });
}
