import type { DoctorResult } from '@cf-deploy/deployer';
import type { CommandModule } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Style } from '../output/style.ts';
import { addTargetFlags, type TargetFlags } from '../target-flags.ts';
import { exitCodeOf } from '../verdict.ts';

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
          ...(env === undefined ? {} : { env }),
        });
        return {
          result,
          exitCode: await exitCode(result),
          lines: (style) => doctorLines(result, style),
        };
      }),
    );
  },
};

/** That of what is wrong when it is one thing: 3 for the files, 4 for the token. */
async function exitCode({ ok, checks }: DoctorResult): Promise<ExitCode> {
  if (ok) return EXIT.ok;
  const failed = checks.filter(({ status }) => status === 'failed');
  if (failed.some(({ code }) => code === null)) return EXIT.failed;
  return exitCodeOf(
    failed.map(({ code }) => ({ error: code === null ? null : { code } })),
    false,
  );
}

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
