import { ConfigError } from '../../errors.ts';
import type { ProjectRules } from '../../project/project-config.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import type { CommandScope, World } from '../world.ts';

/** Environments that are protected when the project does not say which. */
const PROTECTED = ['production', 'prod', 'prd'];

/** Whether an environment is one in which nothing is lost without a second word. */
export function isProtected(
  { protectedEnvironments = PROTECTED }: Pick<ProjectRules, 'protectedEnvironments'>,
  environment: string | null,
): boolean {
  return environment !== null && protectedEnvironments.includes(environment);
}

/**
 * Compares the account with the one of the newest record of this tenant and environment: a file that was edited could
 * lead a token, and secrets, into somebody else's account. Tells of a change; before something is written to a protected
 * environment it needs agreement.
 * @throws ConfigError ACCOUNT_CHANGED
 */
export async function checkAccountChange(
  {
    world,
    scope,
    worker,
  }: { readonly world: World; readonly scope: CommandScope; readonly worker: ResolvedWorker },
  purpose: 'look' | 'change',
): Promise<void> {
  const [last] = await world.records.list(worker.tenant, worker.environment, { most: 1 });
  if (last === undefined || last.record.accountId === worker.accountId) return;
  const message = `The account is ${worker.accountId}; the last deploy (${last.path}) went to ${last.record.accountId}.`;
  const { rules } = await scope.project();
  const needsAgreement = isProtected(rules, worker.environment);
  if (purpose === 'look' || !needsAgreement || world.acceptAccountChange) {
    world.emit({ type: 'notice', tenant: worker.tenant, message });
    return;
  }
  throw new ConfigError('ACCOUNT_CHANGED', message, {
    hint: `${worker.environment} is protected: add --yes when the new account is meant.`,
    details: { accountId: worker.accountId, lastAccountId: last.record.accountId, record: last.path },
  });
}
