import { nonPrefixedNodeModules } from '@cloudflare/unenv-preset';
import { escapeRegExp } from '../../text/escape-reg-exp.ts';

/** Matches imports of Node.js builtins: any `node:` name, and the old names that also work without the prefix. */
export const NODE_BUILTIN = new RegExp(
  `^(?:node:.+|${nonPrefixedNodeModules.map((name) => escapeRegExp(name)).join('|')})$`,
);

/** True for a builtin's name without `node:`. */
export function isUnprefixedBuiltin(specifier: string): boolean {
  return nonPrefixedNodeModules.includes(specifier);
}
