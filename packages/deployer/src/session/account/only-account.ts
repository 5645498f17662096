import { ConfigError } from '../../errors.ts';
import type { AccountReads } from '../../cloudflare/account-reads.ts';
import type { ReadClient } from '../../cloudflare/client/calls.ts';
import type { ProjectRules } from '../../project/project-config.ts';

/**
 * The only account a token sees, for a Worker that names none.
 * @throws ConfigError CONFIG_INVALID when there are several, none, or one the project does not allow
 */
export async function onlyAccount(
  reads: AccountReads,
  reader: ReadClient,
  rules: ProjectRules,
): Promise<string> {
  const accounts = await reads.accounts(reader);
  const [only] = accounts;
  if (only === undefined || accounts.length > 1) {
    const seen = accounts.map(({ id, name }) => `${id} (${name})`).join(', ') || 'none';
    throw new ConfigError(
      'CONFIG_INVALID',
      `The Worker names no account, and its token sees ${accounts.length}.`,
      {
        hint: `Write \`account_id\` in the wrangler file, or set CLOUDFLARE_ACCOUNT_ID. Accounts: ${seen}.`,
      },
    );
  }
  const { allowedAccounts } = rules;
  if (
    allowedAccounts !== undefined &&
    !allowedAccounts.some((id) => id.toLowerCase() === only.id.toLowerCase())
  ) {
    throw new ConfigError(
      'CONFIG_INVALID',
      `The account ${only.id} of the token is not among the project's \`allowedAccounts\`.`,
      { hint: 'Use the token of an allowed account.' },
    );
  }
  return only.id;
}
