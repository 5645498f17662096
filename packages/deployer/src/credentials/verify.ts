import { z } from 'zod';
import { hasApiCode } from '../cloudflare/client/api-error.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import { path } from '../cloudflare/client/path.ts';
import { CredentialsError, DeployError } from '../errors.ts';

/** What Cloudflare says about a token. */
export interface TokenReport {
  readonly status: string;
  readonly expiresOn: string | null;
  readonly kind: 'user' | 'account';
}

const verifyShape = z
  .looseObject({ status: z.string(), expires_on: z.string().nullish() })
  .transform(({ status, expires_on: expiresOn }) => ({ status, expiresOn: expiresOn ?? null }));

/**
 * Asks whether the token is active. An account-owned token answers 1000 on the user's endpoint and is asked about on
 * the account's; source: `GET /user/tokens/verify`, `GET /accounts/{id}/tokens/verify`.
 * @throws CredentialsError CREDENTIALS_INVALID when it is unknown, disabled or expired
 */
export async function verifyToken(reader: ReadClient): Promise<TokenReport> {
  const report = await verifyEither(reader);
  if (report.status === 'active') return report;
  throw new CredentialsError('CREDENTIALS_INVALID', `The API token is ${report.status}.`, {
    hint: 'Make a new token, or switch this one on again.',
  });
}

const accountShape = z.looseObject({ name: z.string() });

/** The account the token reaches; its name. @throws CredentialsError PERMISSION_DENIED when it does not reach it */
export async function readAccountName(reader: ReadClient): Promise<string> {
  const account = await reader.read({
    purpose: `read account ${reader.accountId}`,
    path: path`/accounts/${reader.accountId}`,
    shape: accountShape,
    codes: { 7003: 'PERMISSION_DENIED' },
  });
  return account.name;
}

async function verifyEither(reader: ReadClient): Promise<TokenReport> {
  try {
    const user = await reader.read({
      purpose: 'verify the API token',
      path: '/user/tokens/verify',
      shape: verifyShape,
    });
    return { ...user, kind: 'user' };
  } catch (error) {
    const otherKind =
      hasApiCode(error, 1000) ||
      (error instanceof DeployError && JSON.stringify(error.details['apiCodes'] ?? []).includes('1000'));
    if (!otherKind) throw error;
    const account = await reader.read({
      purpose: 'verify the API token of the account',
      path: path`/accounts/${reader.accountId}/tokens/verify`,
      shape: verifyShape,
    });
    return { ...account, kind: 'account' };
  }
}
