import { BundleError } from '../../errors.ts';
import type { Bundle } from '../bundle.ts';
import { mapStack } from './map-stack.ts';

/** workerd's advice, a flag of its own command line, is none for somebody who deploys. */
const EXPERIMENTAL = /The compatibility flag (\S+) is experimental/;

/** What a runtime says about a script that does not start. */
export interface StartFailureReport {
  /** `Uncaught ReferenceError: x is not defined`. */
  readonly message: string;
  readonly stack: string | null;
}

/**
 * The error of a script that does not start, told in terms of its source: what a start-up check throws, so that the
 * bundle is never uploaded.
 */
export function startFailure(bundle: Bundle, report: StartFailureReport): BundleError {
  const { stack, place, frame } = mapStack(bundle, report.stack ?? '');
  const where = place === null ? '' : `${place.file}:${place.line}:${place.column}: `;
  const experimental = EXPERIMENTAL.exec(report.message)?.[1];
  const told =
    experimental === undefined
      ? report.message
      : `The compatibility flag ${experimental} is experimental, and not to be used on Cloudflare yet.`;
  const message = `The Worker does not start: ${where}${told}`;
  const hint =
    experimental === undefined
      ? 'The top level of the entry and of everything it imports runs at start-up; it must neither throw nor take long.'
      : `Remove ${experimental} from compatibility_flags.`;
  return new BundleError('SCRIPT_DOES_NOT_START', stack === '' ? message : `${message}\n${stack}`, {
    hint,
    findings: [
      {
        severity: 'error',
        code: 'start-up',
        path: '',
        ...(place === null ? {} : { place }),
        ...(frame === null ? {} : { frame }),
        message: told,
        hint,
      },
    ],
  });
}
