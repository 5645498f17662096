import { safeJson } from '@cf-deploy/deployer/security';
import type { Finding } from '@cf-deploy/deployer';
import type { ExitCode } from '../exit-codes.ts';
import type { Output } from '../world.ts';

/** The one document `--json` prints. `ok`: the exit status is 0. */
export interface JsonDocument {
  readonly command: string;
  readonly ok: boolean;
  readonly exitCode: ExitCode;
  readonly result?: object | null;
  readonly error?: JsonError;
}

/** An error as data. */
export interface JsonError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly details?: { readonly findings?: readonly Finding[] };
}

/** The document for a command's result or error. */
export function document(
  parts: { readonly command: string; readonly exitCode: ExitCode } & (
    { readonly result: object | null } | { readonly error: JsonError }
  ),
): JsonDocument {
  const { command, exitCode, ...outcome } = parts;
  return { command, ok: exitCode === 0, exitCode, ...outcome };
}

/** Writes the document, ended by a newline. */
export function print(output: Output, value: JsonDocument): void {
  output.write(`${safeJson(JSON.stringify(value, null, 2))}\n`);
}
