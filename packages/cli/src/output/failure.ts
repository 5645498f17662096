import type { FailedTenant } from '@cf-deploy/deployer';
import { errorLines } from './error.ts';
import { EXIT } from '../exit-codes.ts';
import type { Style } from './style.ts';

/** The error in a tenant's result, indented under its heading. */
export function failureLines(error: FailedTenant['error'], style: Style): readonly string[] {
  return errorLines({ exitCode: EXIT.failed, json: error }, style).map((line) =>
    line === '' ? '' : `  ${line}`,
  );
}
