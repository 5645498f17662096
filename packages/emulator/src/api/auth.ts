import { hash } from 'node:crypto';
import { assumed } from './behaviour.ts';
import { failure } from './errors.ts';
import type { Clock } from '../clock.ts';
import type { TokenDocument } from '../store/model/accounts.ts';
import type { Reader } from '../store/store.ts';

/** What a token gets that does not reach the account of the path. */
export const OUT_OF_REACH = assumed(
  'account-out-of-reach',
  'A well-formed account id that the token does not reach: 10000 (9109 on the account itself).',
  '9109 everywhere.',
);

/** SHA-256 hex under which a token is kept. */
export function hashToken(value: string): string {
  return hash('sha256', value);
}

/**
 * The token of a request's credentials.
 * @param path Path below `/client/v4`; the code for an unknown token depends on it.
 * @throws ApiFailure 9106 without credentials, 6003 (6111 chained) for a malformed Authorization header, 1000, 9109 or
 * 10000 for a token that is unknown, disabled, expired, or not valid yet.
 */
export function authenticate(request: Request, path: string, store: Reader, clock: Clock): TokenDocument {
  const token = store.get('token', credentialHash(request));
  if (token === undefined) throw unknownToken(path);
  if (tokenStatus(token, clock) !== 'active' && !path.endsWith('/tokens/verify')) throw unknownToken(path);
  return token;
}

/** The token's status at this moment, with `expires_on` and `not_before` taken into account. */
export function tokenStatus(token: TokenDocument, clock: Clock): TokenDocument['status'] {
  if (token.status !== 'active') return token.status;
  const now = clock.now().toISOString();
  if (token.expiresOn !== null && token.expiresOn <= now) return 'expired';
  if (token.notBefore !== null && token.notBefore > now) return 'disabled';
  return 'active';
}

/** True when the token has the permission group; `… Write` includes `… Read`. */
export function permits(token: TokenDocument, permission: string | null): boolean {
  if (permission === null || token.permissions === '*') return true;
  if (token.permissions.includes(permission)) return true;
  return token.permissions.includes(permission.replace(/ Read$/, ' Write'));
}

/** True when the token reaches the account. */
export function reaches(token: TokenDocument, accountId: string): boolean {
  return token.accounts === '*' || token.accounts.includes(accountId);
}

function credentialHash(request: Request): string {
  const authorization = request.headers.get('authorization');
  if (authorization !== null) {
    const match = /^Bearer ([\x21-\x7e]+)$/.exec(authorization);
    if (match?.[1] === undefined) {
      throw failure('badAuthorization', undefined, {
        error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
      });
    }
    return hashToken(match[1]);
  }
  const email = request.headers.get('x-auth-email');
  const key = request.headers.get('x-auth-key');
  if (email === null || key === null) throw failure('noCredentials');
  return hashToken(`${email}:${key}`);
}

function unknownToken(path: string): Error {
  if (path.endsWith('/tokens/verify')) return failure('invalidToken');
  if (/^\/(?:user|accounts|memberships|zones)(?:$|\/[^/]*$)/.test(path)) {
    return failure('unauthorized', 'Invalid access token');
  }
  return failure('authentication');
}
