import { InvalidArgumentError, type Command } from 'commander';
import type { TenantPlan, TenantResult } from '@cf-deploy/deployer';
import { agreeToLoss } from '../agree.ts';
import type { Execute } from '../command.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../exit-codes.ts';
import type { Outcome } from '../outcome.ts';
import { tenantPlanLines, tenantResultLines } from '../output/tenant.ts';
import { createStyle } from '../output/style.ts';
import { UsageError } from '../usage-error.ts';

interface Flags {
  readonly account?: string;
  readonly toAccount?: string;
  readonly worker?: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, string>>;
  readonly dryRun?: boolean;
  readonly keepDeployed?: boolean;
  readonly withData?: boolean;
  readonly confirmTenant?: string;
}

/** `tenant add | rename | move | remove`. */
export function tenantChanges(command: Command, execute: Execute): void {
  add(command, execute);
  rename(command, execute);
  move(command, execute);
  remove(command, execute);
}

function add(command: Command, execute: Execute): void {
  command
    .command('add')
    .description('add a tenant: one row of the table, or a folder of a few lines')
    .argument('<id>', 'tenant')
    .option('--account <id>', 'its account (default: that of all others, when they have the same)')
    .option('--worker <folder>', 'the shared Worker it takes')
    .option('--label <key=value>', 'a label', pairs)
    .option('--set <path=value>', 'any field, such as overrides.kv_namespaces.CACHE.id=…', pairs)
    .option('--dry-run', 'only say what would be written')
    .action(
      execute<Flags>(async (context, { flags, args: [id = ''] }) => {
        const { account, worker, dryRun = false } = flags;
        const fields = {
          ...(account === undefined ? {} : { accountId: account }),
          ...(worker === undefined ? {} : { worker }),
          ...labelled(flags),
        };
        const result = await (await context.deployer()).addTenant({ id, fields, dryRun });
        return outcome(result, [`Deploy it with cf-deploy deploy --tenant=${id}.`]);
      }),
    );
}

function rename(command: Command, execute: Execute): void {
  losing(command.command('rename'))
    .description('give a tenant another id, and bring its Workers to the names that derive from it')
    .argument('<id>', 'tenant')
    .argument('<new id>', 'its new id')
    .action(
      execute<Flags>(async (context, { flags, args: [id = '', to = ''] }) =>
        outcome(await (await context.deployer()).renameTenant({ ...asked(context, id, flags), to })),
      ),
    );
}

function move(command: Command, execute: Execute): void {
  losing(command.command('move'))
    .description('bring a tenant into another account: deployed and proven there, then destroyed here')
    .argument('<id>', 'tenant')
    .option('--to-account <id>', 'the account it goes to')
    .option('--set <path=value>', 'what is another there: overrides.kv_namespaces.CACHE.id=…', pairs)
    .action(
      execute<Flags>(async (context, { flags, args: [id = ''] }) => {
        const { toAccount, set } = flags;
        if (toAccount === undefined) throw new UsageError('Where to was not said.', 'Add --to-account=<id>.');
        const fields = set === undefined ? {} : { fields: set };
        return outcome(
          await (
            await context.deployer({ localAccounts: [accountOf(toAccount, set)] })
          ).moveTenant({ ...asked(context, id, flags), toAccount, ...fields }),
        );
      }),
    );
}

function remove(command: Command, execute: Execute): void {
  losing(command.command('remove'))
    .description('destroy what is deployed of a tenant, and take it out of the files')
    .argument('<id>', 'tenant')
    .option('--keep-deployed', 'leave what is deployed; it is an orphan then')
    .option('--with-data', 'also its data, as of cf-deploy destroy')
    .option('--confirm-tenant <id>', 'the tenant’s id once more, which protected environments demand')
    .action(
      execute<Flags>(async (context, { flags, args: [id = ''] }) => {
        const { keepDeployed, withData, confirmTenant } = flags;
        return outcome(
          await (
            await context.deployer()
          ).removeTenant({
            ...asked(context, id, flags),
            ...(keepDeployed === undefined ? {} : { keepDeployed }),
            ...(withData === undefined ? {} : { withData }),
            ...(confirmTenant === undefined ? {} : { confirmTenant }),
          }),
        );
      }),
    );
}

function accountOf(id: string, set: Flags['set']): { readonly id: string; readonly subdomain?: string } {
  const subdomain = set?.['accountSubdomain'];
  return subdomain === undefined ? { id } : { id, subdomain };
}

function losing(command: Command): Command {
  return command.option('--dry-run', 'only say what would be done');
}

function labelled({ label, set }: Flags): Readonly<Record<string, string>> {
  const labels = Object.entries(label ?? {}).map(([key, value]) => [`labels.${key}`, value] as const);
  return { ...Object.fromEntries(labels), ...set };
}

function asked(context: Context, id: string, flags: Flags) {
  return {
    id,
    dryRun: flags.dryRun === true,
    confirm: (plan: TenantPlan) => agree(context, plan, flags.confirmTenant),
  };
}

/** Shows what would be done, then asks; edits of files alone are not asked about: git has them. */
async function agree(context: Context, plan: TenantPlan, given: string | undefined): Promise<boolean> {
  const { flags, world } = context;
  const deletes = plan.files.some((line) => line.startsWith('delete '));
  if (plan.destroys.length + plan.switches.length === 0 && !deletes) return true;
  await context.progress.stop();
  const style = createStyle({ color: flags.color, output: world.stderr, env: world.env });
  for (const line of tenantPlanLines(plan, style)) context.note(line);
  const guarded = plan.destroys.some((each) => each.protected);
  return agreeToLoss(context, { question: 'Do all of this?', typed: guarded ? plan.tenant : null, given });
}

async function outcome(result: TenantResult, next: readonly string[] = []): Promise<Outcome> {
  return {
    result,
    exitCode: await exitStatus('tenant', [result]),
    lines: (style) => [...tenantResultLines(result, style), ...(result.status === 'done' ? next : [])],
  };
}

function pairs(
  value: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = value.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It needs a name and a value: name=value.');
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}
