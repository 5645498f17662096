import type { DoctorResult } from '@cf-deploy/deployer';
import type { CommandModule } from '../command.ts';
import { exitStatus } from '../exit-codes.ts';
import type { Style } from '../output/style.ts';
import { addTargetFlags, type TargetFlags } from '../flags/target-flags.ts';
import { compact } from '../compact.ts';

/** `doctor`: checks tools, files, credentials and the API, of every tenant unless one is named. */
export const doctor: CommandModule = {
  name: 'doctor',
  summary: 'check tools, files, credentials and the API',
  examples: ['cf-deploy doctor', 'cf-deploy doctor --tenant=acme --env=production'],
  configure(command, execute) {
    addTargetFlags(command).action(
      execute<TargetFlags>(async (context, { flags: { tenant, env } }) => {
        const deployer = await context.deployer();
        const result = await deployer.doctor({
          ...(tenant === undefined || tenant === '' ? {} : { tenant }),
          ...compact({ env }),
        });
        return {
          result,
          exitCode: await exitStatus('doctor', [result]),
          lines: (style) => doctorLines(result, style),
        };
      }),
    );
  },
};

/** Each check with its verdict and, where it failed, what to do. */
export function doctorLines({ checks, ok }: DoctorResult, style: Style): readonly string[] {
  const marks = {
    ok: style.green('✓'),
    warning: style.yellow('!'),
    failed: style.red('✗'),
    skipped: style.dim('–'),
  };
  return [
    ...checks.flatMap(({ name, status, message, hint }) => [
      `${marks[status]} ${style.bold(name)} ${message}`,
      ...(hint === null ? [] : [`  ${style.cyan('hint')} ${hint}`]),
    ]),
    '',
    ok ? style.green('All is well.') : style.red('Something needs attention.'),
  ];
}
