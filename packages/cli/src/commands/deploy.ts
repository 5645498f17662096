import { Option } from 'commander';
import type { DeployOptions, PlanResult, ReleaseOptions } from '@cf-deploy/deployer';
import type { StartupChecks } from '../check-startup.ts';
import type { CommandModule } from '../command.ts';
import type { Outcome } from '../outcome.ts';
import type { Context } from '../context.ts';
import { deployLines } from '../output/deploy.ts';
import { noHealthCheckLines } from '../output/no-health-check.ts';
import { releaseOutcome } from '../output/release.ts';
import { addReleaseFlags, releaseOptions, type ReleaseFlags } from '../flags/release-flags.ts';
import { addScopeFlags, scopeOf, selected, type Scope, type ScopeFlags } from '../flags/target-flags.ts';
import { addTakeOverFlags, type TakeOverFlags } from '../flags/take-over-flags.ts';
import { exitStatus } from '../exit-codes.ts';
import { planScope } from './plan.ts';
import { compact } from '../compact.ts';

interface Flags extends ScopeFlags, ReleaseFlags, TakeOverFlags {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  /** Commander turns `--no-verify` into this. */
  readonly verify: boolean;
  readonly message?: string;
  readonly tag?: string;
  readonly strategy?: DeployOptions['strategy'];
  /** Undefined without `--check-before-traffic` and `--no-check-before-traffic`. */
  readonly checkBeforeTraffic?: boolean;
  /** Undefined without `--check-startup` and `--no-check-startup`. */
  readonly checkStartup?: boolean;
}

/** `deploy`: makes what is live equal to the files, for one tenant or many, and proves it healthy. */
export const deploy: CommandModule = {
  name: 'deploy',
  summary: 'deploy one or all tenants and prove them healthy',
  examples: [
    'cf-deploy deploy --tenant=acme --env=staging',
    'cf-deploy deploy --all --env=staging --local',
    'cf-deploy deploy --tenant=acme --env=production --strategy=gradual',
    'cf-deploy deploy --all --env=production --only=acme,umbrella --message="Release 42"',
  ],
  configure(command, execute) {
    addTakeOverFlags(addReleaseFlags(addScopeFlags(command)))
      .option('--dry-run', 'only plan')
      .option('--force', 'upload although nothing changed')
      .option(
        '--check-startup',
        'start what is uploaded in workerd here first, not only what is live at once',
      )
      .option('--no-check-startup', 'leave it to Cloudflare whether it starts')
      .option(
        '--check-before-traffic',
        'ask the new version before it has traffic wherever that is possible (default: what the files say)',
      )
      .option('--no-check-before-traffic', 'give it traffic at once, and ask it then')
      .addOption(
        new Option(
          '--strategy <how>',
          'how a new version gets its traffic (default: what the files say)',
        ).choices(['at-once', 'gradual']),
      )
      .option('--no-verify', 'skip the health check')
      .option('-m, --message <text>', 'message of the version and the deployment')
      .option('--tag <text>', 'tag of the version')
      .action(
        execute<Flags>(async (context, { flags }) => {
          const scope = scopeOf(flags);
          const options = { ...deployOptions(flags), ...releaseOptions(flags, scope.kind === 'many') };
          await context.deployer({ checkStartup: startupChecks(flags) });
          if (flags.dryRun === true) {
            return planScope(context, scope, {
              exitCode: false,
              force: flags.force === true,
              takeOver: flags.takeOver === true,
              takeOverSplit: flags.takeOverSplit === true,
              verify: flags.verify,
              ...compact({
                strategy: options.strategy,
                verifyBefore: options.verifyBefore,
                full: options.full,
              }),
            });
          }
          return deployScope(context, scope, { ...options, ...confirmation(context) });
        }),
      );
  },
};

function startupChecks({ checkStartup }: Flags): StartupChecks {
  if (checkStartup === undefined) return 'before-live';
  return checkStartup ? 'always' : 'never';
}

async function deployScope(
  context: Context,
  scope: Scope,
  options: DeployOptions & ReleaseOptions,
): Promise<Outcome> {
  const deployer = await context.deployer();
  if (scope.kind === 'one') {
    await context.progress.start([scope.target.tenant]);
    const result = await deployer.deploy({ ...scope.target, ...options });
    return {
      result,
      exitCode: await exitStatus('deploy', [result]),
      lines: async (style) => [...deployLines(result, style), ...(await noHealthCheckLines([result], style))],
    };
  }
  await context.progress.start(selected(await deployer.tenants(), scope.selection));
  return releaseOutcome(await deployer.deployAll({ ...scope.selection, ...options }));
}

/**
 * On a terminal, asks before something is lost, with the plan that is then carried out. A pipeline has planned before, and
 * nobody to ask.
 */
export function confirmation(context: Context): Pick<DeployOptions, 'confirm'> {
  const { flags, world } = context;
  if (flags.yes === true || flags.json === true || !world.stdinIsTerminal || !world.stderr.isTerminal)
    return {};
  // Tenants may run side by side; questions come one after another.
  let asking: Promise<boolean> = Promise.resolve(true);
  return { confirm: (plan) => (asking = asking.then(() => agreeTo(context, plan))) };
}

async function agreeTo(context: Context, plan: PlanResult): Promise<boolean> {
  const losses = plan.changes.filter(({ destructive }) => destructive);
  if (losses.length === 0) return true;
  await context.progress.stop();
  for (const { path, consequence } of losses) {
    context.note(`  ${plan.tenant}: ${path}${consequence === null ? '' : `: ${consequence}`}`);
  }
  return context.confirm('This destroys data or takes something from others. Go on?');
}

function deployOptions(flags: Flags): DeployOptions {
  const { force, verify, message, tag, takeOver, takeOverSplit, strategy, checkBeforeTraffic } = flags;
  return {
    verify,
    ...(checkBeforeTraffic === undefined ? {} : { verifyBefore: checkBeforeTraffic ? 'always' : 'never' }),
    ...compact({ force, message, tag, takeOver, takeOverSplit, strategy }),
  };
}
