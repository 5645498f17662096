import type { SecretsListResult } from '@cf-deploy/deployer';
import type { Command } from 'commander';
import type { CommandModule, Execute } from '../command.ts';
import type { Outcome } from '../outcome.ts';
import { exitStatus } from '../exit-codes.ts';
import { heading } from '../output/heading.ts';
import type { Style } from '../output/style.ts';
import { readSecretValue } from '../flags/secret-value.ts';
import { addTargetFlags, oneTarget, type TargetFlags } from '../flags/target-flags.ts';

/** `secrets list | put NAME | push | delete NAME`. A value never comes from the command line. */
export const secrets: CommandModule = {
  name: 'secrets',
  summary: 'list, put, push or delete secrets',
  examples: [
    'cf-deploy secrets list --tenant=acme --env=production',
    'printf %s "$VALUE" | cf-deploy secrets put API_KEY --tenant=acme --env=production',
    'cf-deploy secrets push --tenant=acme --env=staging',
    'cf-deploy secrets delete OLD_KEY --tenant=acme --env=production --yes',
  ],
  configure(command, execute) {
    list(command, execute);
    put(command, execute);
    push(command, execute);
    remove(command, execute);
  },
};

function list(command: Command, execute: Execute): void {
  addTargetFlags(command.command('list').description('names of the secrets required and present')).action(
    execute<TargetFlags>(async (context, { flags }) => {
      const target = oneTarget(flags);
      return outcome(await (await context.deployer()).secrets.list(target));
    }),
  );
}

/** Flags of what changes a secret. */
interface ChangeFlags extends TargetFlags {
  readonly takeOver?: boolean;
}

function changing(command: Command): Command {
  return addTargetFlags(command).option('--take-over', 'also of a Worker that another tenant deployed');
}

function put(command: Command, execute: Execute): void {
  changing(
    command.command('put').description('set a secret; the value comes from standard input or --from-env'),
  )
    .argument('<name>', 'name of the secret')
    .option('--from-env <variable>', 'take the value from this environment variable')
    .action(
      execute<ChangeFlags & { readonly fromEnv?: string }>(async (context, { flags, args: [name = ''] }) => {
        const target = oneTarget(flags);
        const value = await readSecretValue(context, name, flags.fromEnv);
        const { takeOver } = flags;
        return outcome(await (await context.deployer()).secrets.put({ ...target, name, value, takeOver }));
      }),
    );
}

function push(command: Command, execute: Execute): void {
  changing(
    command
      .command('push')
      .description('set every required secret that has a value in the environment or env files'),
  ).action(
    execute<ChangeFlags>(async (context, { flags }) => {
      const { takeOver } = flags;
      return outcome(await (await context.deployer()).secrets.push({ ...oneTarget(flags), takeOver }));
    }),
  );
}

function remove(command: Command, execute: Execute): void {
  changing(command.command('delete').description('delete a secret'))
    .argument('<name>', 'name of the secret')
    .action(
      execute<ChangeFlags>(async (context, { flags, args: [name = ''] }) => {
        const target = oneTarget(flags);
        const { takeOver } = flags;
        const { secrets: library } = await context.deployer();
        const confirm = (): Promise<boolean> =>
          context.confirm(`Delete the secret ${name} of ${target.tenant}?`);
        return outcome(await library.delete({ ...target, name, takeOver, confirm }));
      }),
    );
}

async function outcome(result: SecretsListResult): Promise<Outcome> {
  return {
    result,
    exitCode: await exitStatus('secrets', [result]),
    lines: (style) => secretsLines(result, style),
  };
}

/** Secrets by name: present or missing, required or not. */
export function secretsLines(result: SecretsListResult, style: Style): readonly string[] {
  if (result.secrets.length === 0) return [heading(result, style), '  It has no secrets and requires none.'];
  return [
    heading(result, style),
    ...result.secrets.map(({ name, present, required }) => {
      const state = present ? style.green('present') : style.red('missing');
      return `  ${state}  ${name}${required ? style.dim(' required') : ''}`;
    }),
  ];
}
