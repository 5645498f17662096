import type { Deployer, DeployResult, RollbackOptions, Target } from '@cf-deploy/deployer';
import type { CommandModule } from '../command.ts';
import type { Outcome } from '../outcome.ts';
import type { Context } from '../context.ts';
import { deployLines } from '../output/deploy.ts';
import { releaseOutcome } from '../output/release.ts';
import {
  addNamedFlags,
  addTargetFlags,
  count,
  MANY,
  namedBy,
  oneTarget,
  type NamedFlags,
  type TargetFlags,
} from '../flags/target-flags.ts';
import { UsageError } from '../usage-error.ts';
import { exitStatus } from '../exit-codes.ts';
import { compact } from '../compact.ts';

interface Flags extends TargetFlags, NamedFlags {
  readonly release?: string;
  readonly parallel?: number | true;
  readonly to?: string;
  readonly toCommit?: string;
  readonly message?: string;
  readonly force?: boolean;
  readonly verify: boolean;
}

/** `rollback`: puts an earlier version back, by default the one live before the current one. */
export const rollback: CommandModule = {
  name: 'rollback',
  summary: 'put an earlier version back',
  examples: [
    'cf-deploy rollback --tenant=acme --env=production',
    'cf-deploy rollback --tenant=acme --env=production --to=2f6c1d84 --message="errors since 14:05"',
  ],
  configure(command, execute) {
    addNamedFlags(addTargetFlags(command))
      .option('--release <id>', 'every target of this release, back to what it ran before')
      .option('--parallel [n]', 'with --release: targets at once', count)
      .option('--to <version>', 'version id (default: the one live before)')
      .option('--to-commit <sha>', 'the newest version made from this commit')
      .option('-m, --message <text>', 'message of the deployment')
      .option('--force', 'go back although a secret changed since')
      .option('--no-verify', 'skip the health check')
      .action(
        execute<Flags>(async (context, { flags }) => {
          if (flags.release !== undefined) return rollbackRelease(context, flags.release, flags);
          if (flags.parallel !== undefined)
            throw new UsageError('--parallel needs --release.', 'Add --release=<id>.');
          const target = oneTarget(flags);
          const { to, toCommit, message, force, verify } = flags;
          // An empty variable in a script must not become "the one before".
          if (to === '') throw new UsageError('--to names no version.', '"cf-deploy versions" lists them.');
          const deployer = await context.deployer();
          await context.progress.start([target.tenant]);
          const named = namedBy(flags);
          const options = {
            verify,
            ...compact({ versionId: to, commit: toCommit, message, force }),
          };
          // Files that cannot be read name no Workers; the rollback itself says what is wrong with them.
          const workers =
            flags.worker === undefined && Object.keys(named).length === 0
              ? await deployer.workers(target).catch(() => [])
              : [];
          if (workers.length > 0) return rollbackAll(deployer, { target, options, workers });
          const result = await deployer.rollback({ ...target, ...named, ...options });
          return {
            result,
            exitCode: await exitStatus('rollback', [result]),
            lines: (style) => deployLines(result, style, 'Rolled back.'),
          };
        }),
      );
  },
};

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

/** The Workers of a tenant one after another, against the order in which they are deployed; a failure ends it. */
async function rollbackAll(
  deployer: Deployer,
  {
    target,
    options,
    workers,
  }: { readonly target: Target; readonly options: RollbackOptions; readonly workers: readonly string[] },
): Promise<Outcome> {
  if (options.versionId !== undefined) {
    throw new UsageError(
      `--to names a version of one Worker, and ${target.tenant} has several.`,
      `Say which: --worker=${workers[0] ?? ''}.`,
    );
  }
  const results: DeployResult[] = [];
  for (const worker of workers.toReversed()) {
    const result = await deployer.rollback({ ...target, worker, ...options });
    results.push(result);
    if (result.error !== null) break;
  }
  return {
    result: { tenant: target.tenant, results },
    exitCode: await exitStatus('rollback', results),
    lines: (style) => results.flatMap((result) => [...deployLines(result, style, 'Rolled back.'), '']),
  };
}
