import type { DeployResult } from '@cf-deploy/deployer';
import type { Command } from '../life.ts';
import type { Seen } from '../seen.ts';
import { SECRET_MARK } from '../wanted.ts';

/** The word for a command goes with its end state, and with how the Worker is. */
export function checkStatus(command: Command, result: DeployResult): readonly string[] {
  const { wanted, after, kind, network, others } = command;
  const { status, endState, error, health } = result;
  // What somebody did after the last look at the account nobody could have seen.
  const { shares } = (network.actedUnseen ? others.seen?.before : undefined) ?? after;
  return [
    ...(status === 'deployed' && (endState !== 'live' || error !== null) ? ['"deployed" is not live'] : []),
    ...(status === 'failed' && error === null ? ['it failed without an error'] : []),
    ...(status === 'rolled-back' && endState !== 'rolled-back' ? ['"rolled-back" is not rolled back'] : []),
    ...(status === 'unchanged' && endState !== 'live' && shares.length < 2
      ? ['"unchanged" is not live']
      : []),
    ...(kind === 'deploy' && wanted.sick && health.verdict === 'healthy' && hasRev(after, wanted.rev)
      ? ['a sick version was called healthy']
      : []),
    ...(kind === 'deploy' && !wanted.sick && status === 'rolled-back'
      ? ['a healthy version was taken back']
      : []),
    ...(JSON.stringify(result).includes(SECRET_MARK) ? ['a secret is in the result'] : []),
  ];
}

function hasRev({ live }: Seen, rev: string): boolean {
  return live?.variables['REV'] === rev;
}
