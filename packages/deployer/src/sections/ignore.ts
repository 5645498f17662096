import { wildcard } from '../text/wildcard.ts';
import { changePath, type Change } from './change.ts';

/** Differences left after the rules, and those a rule took out. */
export interface Filtered {
  readonly changes: readonly Change[];
  readonly ignored: readonly { readonly change: Change; readonly rule: string }[];
}

/**
 * Takes out differences that the tenant leaves to others. A rule is a path of a change; `*` stands for any text:
 * `bindings.LOG_LEVEL.text`, `crons*`, `secrets.*`. A rule also covers what is below its path.
 */
export function applyIgnoreRules(changes: readonly Change[], rules: readonly string[]): Filtered {
  const found = changes.map((change) => ({ change, rule: ruleFor(changePath(change), rules) }));
  return {
    changes: found.filter(({ rule }) => rule === undefined).map(({ change }) => change),
    ignored: found.flatMap(({ change, rule }) => (rule === undefined ? [] : [{ change, rule }])),
  };
}

/** The rule that covers a path; undefined when none does. */
export function ruleFor(path: string, rules: readonly string[]): string | undefined {
  return rules.find((rule) => [rule, `${rule}.*`, `${rule}[*`].some((pattern) => wildcard(pattern)(path)));
}
