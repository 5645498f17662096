import { remember } from '../remember.ts';
import { escapeRegExp } from './escape-reg-exp.ts';

/**
 * Matches every text that begins with none of these; what is empty begins every text. For esbuild, whose expressions
 * (Go's) cannot look ahead: so all the ways are written out in which a text can differ. Go refuses expressions that are
 * nested too deeply, so they are nested by folders, and what is below {@link DEEPEST} of them matches, whatever it is.
 * Those that were asked for last are kept: all builds of a project ask for the same, and writing it out takes a
 * twentieth of a deploy.
 */
export function beginsWithNone(beginnings: readonly string[]): RegExp {
  const key = JSON.stringify(beginnings);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = new RegExp(`^${differing(beginnings, 0)}`);
  const [oldest] = kept.keys();
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(key, made);
  return made;
}

const MOST_KEPT = 20;
const kept = new Map<string, RegExp>();

const DEEPEST = 100;

function differing(beginnings: readonly string[], depth: number): string {
  if (depth > DEEPEST) return ANYTHING;
  const below = new Map<string, string[]>();
  for (const beginning of beginnings) {
    const [folder] = /^[^\\/]*[\\/]?/.exec(beginning) ?? [''];
    below.set(folder, [...(below.get(folder) ?? []), beginning.slice(folder.length)]);
  }
  if (below.has('')) return NOTHING;
  const deeper = [...below].map(([folder, rests]) => `${escapeRegExp(folder)}${differing(rests, depth + 1)}`);
  return `(?:${[...otherwise([...below.keys()]), ...deeper].join('|')})`;
}

/** Go's expressions know no class without members; this one has nothing in it either. */
const NOTHING = String.raw`[^\s\S]`;
const ANYTHING = '';

/** A way to differ for each place at which one of these folders can be left. */
function otherwise(folders: readonly string[]): string[] {
  /** What stands before such a place, and what could go on there, as an expression has them. */
  const next = new Map<string, Set<string>>();
  for (const folder of folders) {
    let before = '';
    for (const character of folder) {
      const written = remember(escaped, character, () => escapeRegExp(character));
      remember(next, before, () => new Set()).add(written);
      before += written;
    }
  }
  return [...next].map(([before, characters]) => `${before}(?:[^${[...characters].join('')}]|$)`);
}

/** Folders have few characters, each many times. */
const escaped = new Map<string, string>();
