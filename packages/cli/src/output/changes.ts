import type { Change } from '@cf-deploy/deployer';
import type { Style } from './style.ts';

/** Longest value shown, characters; the whole one is in `--json`. */
const LONGEST = 72;

/** Differences, one line each: `+ added`, `- removed`, `~ changed  live → wanted`. */
export function changeLines(changes: readonly Change[], style: Style): readonly string[] {
  return changes.map(
    (change) => `  ${sign(change, style)}${change.destructive ? style.red(' (destructive)') : ''}`,
  );
}

function sign(change: Change, style: Style): string {
  const { path, kind, desired, actual } = change;
  if (kind === 'added') return `${style.green('+')} ${path}  ${style.dim(brief(desired))}`;
  if (kind === 'removed') return `${style.red('-')} ${path}  ${style.dim(brief(actual))}`;
  return `${style.yellow('~')} ${path}  ${style.dim(`${brief(actual)} → ${brief(desired)}`)}`;
}

/** A value on one line. */
export function brief(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
