import type { DestroyPlan, PruneOptions, PruneRun } from '@cf-deploy/deployer';
import { agreeToLoss } from '../agree.ts';
import type { CommandModule } from '../command.ts';
import type { Outcome } from '../outcome.ts';
import type { Context } from '../context.ts';
import { EXIT, exitStatus } from '../exit-codes.ts';
import { destroyLines, destroyPlanLines } from '../output/destroy.ts';
import { orphanLines } from '../output/orphans.ts';
import { createStyle, type Style } from '../output/style.ts';

interface Flags {
  readonly dryRun?: boolean;
  readonly withData?: boolean;
  readonly force?: boolean;
  readonly account?: readonly string[];
}

/** `prune`: deletes Workers that this project deployed and that nothing in it names any more. */
export const prune: CommandModule = {
  name: 'prune',
  summary: 'delete Workers of this project that no tenant names any more',
  examples: [
    'cf-deploy prune --dry-run',
    'cf-deploy prune --yes',
    'cf-deploy prune --account=<id> --dry-run',
  ],
  configure(command, execute) {
    command
      .option('--dry-run', 'only show what would go')
      .option('--with-data', 'also Workers with Durable Objects, and those with them')
      .option('--force', 'also Workers that other Workers bind')
      .option(
        '--account <id>',
        'look there too: an account that no tenant is in any more',
        (value: string, before: readonly string[] = []) => [...before, value],
      )
      .action(
        execute<Flags>(async (context, { flags }) => {
          const { withData, force, account } = flags;
          const options: PruneOptions = {
            ...(withData === undefined ? {} : { withData }),
            ...(force === undefined ? {} : { force }),
            ...(account === undefined ? {} : { accounts: account }),
          };
          return flags.dryRun === true ? show(context, options) : run(context, options);
        }),
      );
  },
};

async function show(context: Context, options: PruneOptions): Promise<Outcome> {
  const result = await (await context.deployer()).planPrune(options);
  return {
    result,
    exitCode: await exitStatus('planDestroy', result.results),
    lines: (style) => [
      ...orphanLines(result, style),
      ...result.results.flatMap((plan) => ['', ...destroyPlanLines(plan, style)]),
      ...(result.orphans.length === 0 ? ['No orphans.'] : []),
    ],
  };
}

async function run(context: Context, options: PruneOptions): Promise<Outcome> {
  const deployer = await context.deployer();
  const result = await deployer.prune({ ...options, confirm: (plans) => agree(context, plans) });
  const failed = await exitStatus('destroy', result.results);
  return {
    result,
    exitCode: failed === EXIT.ok && result.left.length > 0 ? EXIT.failed : failed,
    lines: (style) => runLines(result, style),
  };
}

function runLines(result: PruneRun, style: Style): readonly string[] {
  const { orphans, results, left, unknown } = result;
  return [
    ...results.flatMap((each, index) => [...(index === 0 ? [] : ['']), ...destroyLines(each, style)]),
    ...left.map(({ scriptName, why }) => `${style.yellow('left')} ${scriptName}: ${why}`),
    ...orphanLines({ ...result, orphans: [], unknown }, style),
    ...(orphans.length === 0 ? ['No orphans.'] : []),
  ];
}

async function agree(context: Context, plans: readonly DestroyPlan[]): Promise<boolean> {
  const { flags, world } = context;
  await context.progress.stop();
  const style = createStyle({ color: flags.color, output: world.stderr, env: world.env });
  for (const line of plans.flatMap((plan) => destroyPlanLines(plan, style))) context.note(line);
  return agreeToLoss(context, {
    question: plans.length === 1 ? 'Delete this Worker?' : `Delete these ${plans.length} Workers?`,
    typed: null,
    given: undefined,
  });
}
