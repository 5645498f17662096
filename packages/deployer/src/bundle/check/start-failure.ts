import { BundleError } from '../../errors.ts';
import type { Bundle } from '../bundle.ts';
import { mapStack } from './map-stack.ts';

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
  const message = `The Worker does not start: ${where}${report.message}`;
  return new BundleError('SCRIPT_DOES_NOT_START', stack === '' ? message : `${message}\n${stack}`, {
    hint: 'The top level of the entry and of everything it imports runs at start-up; it must not throw.',
    findings: [
      {
        severity: 'error',
        code: 'start-up',
        path: '',
        ...(place === null ? {} : { place }),
        ...(frame === null ? {} : { frame }),
        message: report.message,
      },
    ],
  });
}
