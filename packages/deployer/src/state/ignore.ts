import { type Matcher, wildcard } from '../text/wildcard.ts';
import type { Change } from './worker-state.ts';

/** Differences left after the rules, and those a rule took out. */
export interface Filtered {
  readonly changes: readonly Change[];
  readonly ignored: readonly { readonly path: string; readonly rule: string }[];
}

/**
 * Takes out differences that the tenant leaves to others. A rule is a path of a change; `*` stands for any text:
 * `bindings.LOG_LEVEL.text`, `crons*`, `secrets.*`. A rule also covers what is below its path.
 */
export function applyIgnoreRules(changes: readonly Change[], rules: readonly string[]): Filtered {
  const matchers = rules.map((rule) => ({ rule, matches: ruleMatcher(rule) }));
  const found = changes.map((change) => ({
    change,
    rule: matchers.find(({ matches }) => matches(change.path))?.rule,
  }));
  return {
    changes: found.filter(({ rule }) => rule === undefined).map(({ change }) => change),
    ignored: found.flatMap(({ change, rule }) => (rule === undefined ? [] : [{ path: change.path, rule }])),
  };
}

function ruleMatcher(rule: string): Matcher {
  const matchers = [rule, `${rule}.*`, `${rule}[*`].map((pattern) => wildcard(pattern));
  return (path) => matchers.some((matches) => matches(path));
}
