import type { ValidateResult } from '@cf-deploy/deployer';
import { countFindings, findingLines } from './findings.ts';
import { heading } from './heading.ts';
import type { Style } from './style.ts';

/** Findings of one tenant with their places, then whether it is valid. */
export function validateLines(result: ValidateResult, style: Style): readonly string[] {
  const { findings, valid } = result;
  return [
    heading(result, style),
    ...findings.flatMap((finding) => findingLines(finding, style).map((line) => `  ${line}`)),
    `  ${valid ? style.green('Valid') : style.red('Not valid')}: ${countFindings(findings)}.`,
  ];
}
