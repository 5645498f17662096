import type { AccountReads } from '../cloudflare/account-reads.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import type { ErrorCode } from '../error-codes.ts';
import type { Finding } from '../findings/finding.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { LiveWorker } from './live.ts';
import type { SectionStep } from './step.ts';

/** Something that makes a deploy fail, found before the first write; as a warning: something that could not be looked at. */
export interface Problem {
  /** Of the error when it is the first problem. */
  readonly code: ErrorCode;
  readonly finding: Finding;
}

/** What the checks of sections may look at. */
export interface PreflightOptions {
  readonly worker: ResolvedWorker;
  readonly live: LiveWorker;
  /** Steps of the plan that belong to sections. */
  readonly steps: readonly SectionStep[];
  /** Whether the plan uploads. */
  readonly uploads: boolean;
  readonly reader: ReadClient;
  readonly account: AccountReads;
  /** Whether a secret has a value here. */
  readonly hasSecret: (name: string) => boolean;
  readonly takeOver: boolean;
}

/** An error of a rule about one field. */
export function problem(
  code: ErrorCode,
  finding: { readonly rule: string; readonly path: string; readonly message: string; readonly hint: string },
): Problem {
  const { rule, ...rest } = finding;
  return { code, finding: { severity: 'error', code: rule, ...rest } };
}

/** What could not be looked at before the first write, so that only the write will tell: it stops nothing. */
export function notLooked(finding: {
  readonly rule: string;
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}): Problem {
  const { rule, ...rest } = finding;
  return { code: 'RESOURCE_MISSING', finding: { severity: 'warning', code: rule, ...rest } };
}
