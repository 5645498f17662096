import type { Json, ReportedChange as Change } from '@cf-deploy/deployer';
import type { Style } from './style.ts';

/** Longest value shown, characters; the whole one is in `--json`. */
const LONGEST = 72;
/** More bindings added at once than this are named on one line: a first deploy adds all there are. */
const MOST_ADDED = 6;

/** Differences, one line each: `+ added`, `- removed`, `~ changed  live → wanted`. */
export function changeLines(changes: readonly Change[], style: Style): readonly string[] {
  const added = changes.filter(({ path, kind }) => kind === 'added' && /^bindings\.[^.]+$/.test(path));
  const folded = added.length > MOST_ADDED ? new Set(added) : new Set<Change>();
  const names = [...folded].map(({ path }) => path.slice('bindings.'.length));
  return [
    ...(names.length === 0 ? [] : wrapped(`${style.green('+')} ${names.length} bindings: `, names, style)),
    ...changes
      .filter((change) => !folded.has(change))
      .map((change) => `  ${line(change, style)}${meaning(change, style)}`),
  ];
}

/** Differences that a deploy does not act on, under what it does instead. */
export function leftLines(left: readonly Change[], style: Style): readonly string[] {
  const split = left.filter(({ section }) => section === 'version');
  const others = left.filter(({ section }) => section !== 'version');
  return [
    ...(split.length === 0
      ? []
      : ['  Split, which a deploy refuses without --take-over-split:', ...changeLines(split, style)]),
    ...(others.length === 0 ? [] : ['  Not declared, so a deploy leaves it:', ...changeLines(others, style)]),
  ];
}

/** Parts that could not be compared, under each reason once. */
export function unknownLines(
  unknown: readonly { readonly section: string; readonly why: string }[],
  style: Style,
): readonly string[] {
  const reasons = new Set(unknown.map(({ why }) => why));
  return [...reasons].map((reason) => {
    const sections = unknown.filter(({ why }) => why === reason).map(({ section }) => section);
    return `  ${style.yellow('not compared')} ${sections.join(', ')}: ${reason}`;
  });
}

function meaning({ destructive, consequence }: Change, style: Style): string {
  const words = consequence === null ? '' : ` ${style.yellow(consequence)}`;
  return `${destructive ? style.red(' (destructive)') : ''}${words}`;
}

function line(change: Change, style: Style): string {
  const { path, kind, desired, actual } = change;
  if (kind === 'added') return `${style.green('+')} ${path}  ${style.dim(brief(desired))}`;
  if (kind === 'removed') return `${style.red('-')} ${path}  ${style.dim(brief(actual))}`;
  return `${style.yellow('~')} ${path}  ${style.dim(`${brief(actual)} → ${brief(desired)}`)}`;
}

/** A value on one line; a binding as its type and what it points at. */
export function brief(value: Json | object | undefined): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : (bindingText(value) ?? JSON.stringify(value));
  const flat = text.replaceAll(/\s+/g, ' ');
  return flat.length > LONGEST ? `${flat.slice(0, LONGEST - 1)}…` : flat;
}

function bindingText(value: Exclude<Json, null> | object): string | undefined {
  if (typeof value !== 'object' || !('type' in value) || !('name' in value)) return undefined;
  const { type, name: _, ...rest } = value;
  const fields = Object.entries(rest).map(
    ([field, inner]) => `${field}=${typeof inner === 'string' ? inner : JSON.stringify(inner)}`,
  );
  return [String(type), ...fields].join(' ');
}

function wrapped(head: string, names: readonly string[], style: Style): readonly string[] {
  const lines = [`  ${head}`];
  names.forEach((name, index) => {
    const word = index === names.length - 1 ? name : `${name}, `;
    const last = lines.at(-1) ?? '';
    if (last.length + word.length > style.width) lines.push(`      ${word}`);
    else lines[lines.length - 1] = last + word;
  });
  return lines;
}
