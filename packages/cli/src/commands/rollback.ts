import type { PlanResult, RollbackOptions } from '@cf-deploy/deployer';
import type { CommandModule } from '../command.ts';
import { compact } from '../compact.ts';
import type { Outcome } from '../outcome.ts';
import type { Context } from '../context.ts';
import { releaseOutcome } from '../output/release.ts';
import { rollbackOne, rollbackTenants, type RollbackFlags } from './rollback-targets.ts';
import { addNamedFlags, addTargetFlags, count, MANY } from '../flags/target-flags.ts';
import { UsageError } from '../usage-error.ts';

interface Flags extends RollbackFlags {
  readonly release?: string;
  readonly parallel?: number | true;
  readonly message?: string;
  readonly force?: boolean;
  readonly takeOver?: boolean;
  readonly all?: boolean;
  readonly withSettings?: boolean;
  readonly verify: boolean;
}

/** `rollback`: puts an earlier version back, by default the one live before the current one. */
export const rollback: CommandModule = {
  name: 'rollback',
  summary: 'put an earlier version back',
  examples: [
    'cf-deploy rollback --tenant=acme --env=production',
    'cf-deploy rollback --tenant=acme --env=production --dry-run',
    'cf-deploy rollback --tenant=acme --env=production --to=2f6c1d84 --message="errors since 14:05"',
    'cf-deploy rollback --tenant=acme --account=<id> --script=acme-api',
  ],
  configure(command, execute) {
    addNamedFlags(addTargetFlags(command))
      .option('--release <id>', 'every target of this release, back to what it ran before')
      .option('--parallel [n]', 'with --release: targets at once', count)
      .option('--to <version>', 'version id (default: the last good one with other code)')
      .option('-a, --all', 'every tenant, one after the other, each to its own last good version')
      .option('--dry-run', 'only say what it would do, and what stays as it is')
      .option('--with-settings', 'routes, crons and what else is not versioned too, from the record')
      .option('--to-commit <sha>', 'the newest version made from this commit')
      .option('-m, --message <text>', 'message of the deployment')
      .option('--force', 'the version as it was: old secrets too')
      .option('--take-over', 'also a Worker that another tenant deployed')
      .option('--no-verify', 'skip the health check')
      .action(
        execute<Flags>(async (context, { flags }) => {
          if (flags.release !== undefined) return rollbackRelease(context, flags.release, flags);
          if (flags.parallel !== undefined)
            throw new UsageError('--parallel needs --release.', 'Add --release=<id>.');
          const options = rollbackOptions(context, flags);
          if (flags.all === true) return rollbackTenants(context, flags, options);
          return rollbackOne(context, flags, options);
        }),
      );
  },
};

function rollbackOptions(context: Context, flags: Flags): RollbackOptions {
  const { to, toCommit, message, force, takeOver, verify, withSettings } = flags;
  // An empty variable in a script must not become "the one before".
  if (to === '') throw new UsageError('--to names no version.', '"cf-deploy versions" lists them.');
  return {
    verify,
    ...(to === undefined ? {} : { versionId: to }),
    ...(toCommit === undefined ? {} : { commit: toCommit }),
    ...(message === undefined ? {} : { message }),
    ...(force === undefined ? {} : { force }),
    ...(takeOver === undefined ? {} : { takeOver }),
    ...(withSettings === undefined ? {} : { withSettings }),
    confirm: (plan) => sayBefore(context, plan),
  };
}

/** Nobody is asked at night; but how it is done, and what stays as it is, is said before it is. */
async function sayBefore({ flags, note }: Context, plan: PlanResult): Promise<boolean> {
  if (flags.json === true) return true;
  for (const { message } of plan.findings) note(`  ${plan.tenant}: ${message}`);
  return true;
}

/** A whole release, whatever environment it was for. */
async function rollbackRelease(context: Context, id: string, flags: Flags): Promise<Outcome> {
  const { to, toCommit, tenant, message, force, verify, parallel } = flags;
  if (to !== undefined || toCommit !== undefined || tenant !== undefined) {
    throw new UsageError(
      '--release goes without --tenant, --to and --to-commit.',
      'It puts every target of the release back to what that target ran before.',
    );
  }
  const deployer = await context.deployer();
  const run = await deployer.rollbackRelease({
    id,
    verify,
    ...compact({ message, force }),
    ...(parallel === undefined ? {} : { parallel: parallel === true ? MANY : parallel }),
  });
  return releaseOutcome(run, 'Taken back.');
}
