import type { Finding } from '@cf-deploy/deployer';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { findingLines, groupedFindingLines } from './findings.ts';
import type { JsonError } from './json.ts';
import type { Style } from './style.ts';
import { compact } from '../compact.ts';

/** An error ready to be shown. */
export interface ShownError {
  readonly exitCode: ExitCode;
  readonly json: JsonError;
}

interface Presentable extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint?: string;
  readonly details?: NonNullable<JsonError['details']>;
}

/** Whether an error is one of ours (the library's or a usage error): it says what happened and what to do. */
export function isPresentable(error: unknown): error is Presentable {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[A-Z_]+$/.test(error.code) &&
    'exitCode' in error &&
    (error.exitCode === EXIT.failed || error.exitCode === EXIT.invalid || error.exitCode === EXIT.credentials)
  );
}

/** Any error as code, message and hint. What is not ours is a defect, and says so. */
export function presentError(error: unknown): ShownError {
  if (isPresentable(error)) {
    const { code, message, hint, details } = error;
    return {
      exitCode: error.exitCode,
      json: {
        code,
        message,
        ...compact({ hint }),
        ...(details === undefined || Object.keys(details).length === 0 ? {} : { details }),
      },
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    exitCode: EXIT.failed,
    json: {
      code: 'INTERNAL',
      message: `Something unforeseen went wrong: ${message}`,
      hint: 'This is a defect of cf-deploy. Run again with --log-level=debug and report what it says.',
    },
  };
}

/** More findings than this are shown by kind. */
const MANY = 10;

/** The error for people: what happened, every finding with its place, what to do. */
export function errorLines({ json }: ShownError, style: Style): readonly string[] {
  const findings = findingsOf(json);
  const said = findings.some(({ hint }) => hint === json.hint);
  return [
    `${style.red('error')} ${style.dim(json.code)} ${headline(json.message, findings)}`,
    ...(findings.length > MANY
      ? ['', ...groupedFindingLines(findings, style)]
      : findings.flatMap((finding) => ['', ...findingLines(finding, style)])),
    ...(json.hint === undefined || said
      ? []
      : [...(findings.length > 0 ? [''] : []), `${style.cyan('hint')} ${json.hint}`]),
  ];
}

/** The message without the findings at its end: they follow, each with its line. */
function headline(message: string, findings: readonly Finding[]): string {
  const first = findings.findIndex((finding) => message.includes(finding.message));
  const finding = findings[first];
  if (finding === undefined) return message;
  const { place, message: said } = finding;
  const before = message.slice(0, message.indexOf(said));
  const where = place === undefined ? '' : `${place.file}:${place.line}:${place.column} `;
  const head = before.endsWith(where) ? before.slice(0, before.length - where.length) : before;
  return /[:.]\s*$/.test(head) ? head.trimEnd().replace(/:$/, '.') : message;
}

function findingsOf(error: JsonError): readonly Finding[] {
  return error.details?.findings ?? [];
}
