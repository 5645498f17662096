import type { StartFailure } from '../contract.ts';
import { WRAPPER_MODULE } from './wrapper-source.ts';

/** Text workerd puts before the reason when a loaded Worker does not start. */
const PREFIX = /^Failed to start Worker:\n/;

/** Turns workerd's own report of a Worker that did not start into a {@link StartFailure}. */
export function fromWorkerd(text: string): StartFailure {
  const [first = '', ...rest] = text.replace(PREFIX, '').trimEnd().split('\n');
  const stack = rest.filter((line) => !line.includes(WRAPPER_MODULE)).join('\n');
  return { ok: false, message: asUncaught(first), stack: stack === '' ? null : stack };
}

/**
 * The same for an error thrown while the candidate's modules were evaluated.
 * @param thrown `name: message` of the error, possibly of several lines.
 * @param stack Its V8 stack, rewritten to workerd's form `  at index.js:1:2 in f`.
 */
export function fromThrown(thrown: string, stack: string): StartFailure {
  const [first = '', ...rest] = thrown.split('\n');
  const frames = stack
    .split('\n')
    .filter(
      (line) => /^ {4}at /.test(line) && !line.includes(WRAPPER_MODULE) && !line.includes('(cloudflare:'),
    )
    .map((line) => line.replace(/^ {4}at (?:(.+) \((.+)\)|(.+))$/, frame));
  const lines = [...rest, ...frames];
  return { ok: false, message: asUncaught(first), stack: lines.length === 0 ? null : lines.join('\n') };
}

/** Says that the top level did not come to an end in time. */
export function startTimedOut(): StartFailure {
  return { ok: false, message: 'Script startup exceeded CPU time limit.', stack: null };
}

/** Says that the workerd process ended under the script, which is what running out of memory looks like. */
export function startCrashed(): StartFailure {
  return { ok: false, message: 'Script startup exceeded memory limits.', stack: null };
}

function frame(
  _line: string,
  caller: string | undefined,
  place: string | undefined,
  bare: string | undefined,
): string {
  return caller === undefined ? `  at ${bare}` : `  at ${place} in ${caller}`;
}

function asUncaught(line: string): string {
  return line.startsWith('Uncaught ') || line.startsWith('No such compatibility flag')
    ? line
    : `Uncaught ${line}`;
}
