import type { DoctorResult } from '@cf-deploy/deployer';
import type { Style } from './style.ts';

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
