import type { ModuleRule } from '../../resolve/resolved-worker.ts';
import type { BundleModule } from '../bundle.ts';

/** Kinds of module a rule can name. Python rules exist only as defaults of a Python entry. */
export type RuleType = ModuleRule['type'] | 'PythonModule';

/** A rule in force or dropped. */
export interface EffectiveRule {
  readonly type: RuleType;
  readonly globs: readonly string[];
}

/** The rules of a Worker, in the order they are tried. */
export interface RuleSet {
  readonly rules: readonly EffectiveRule[];
  /** Rules an earlier one of the same type switched off. Importing a file they match is an error. */
  readonly dropped: readonly EffectiveRule[];
  readonly warnings: readonly string[];
}

/** Content type of the form part, by kind of module. Source: the script upload API's list of module types. */
export const CONTENT_TYPES = {
  ESModule: 'application/javascript+module',
  CommonJS: 'application/javascript',
  CompiledWasm: 'application/wasm',
  Text: 'text/plain',
  Data: 'application/octet-stream',
  PythonModule: 'text/x-python',
} as const satisfies Record<RuleType, BundleModule['contentType']>;

/** Rules every Worker has after its own. Source: developers.cloudflare.com, Wrangler, Bundling, "Including non-JavaScript modules". */
const DEFAULT_RULES: readonly EffectiveRule[] = [
  { type: 'Text', globs: ['**/*.txt', '**/*.html', '**/*.sql'] },
  { type: 'Data', globs: ['**/*.bin'] },
  { type: 'CompiledWasm', globs: ['**/*.wasm', '**/*.wasm?module'] },
];

const PYTHON_RULE: EffectiveRule = { type: 'PythonModule', globs: ['**/*.py'] };

/**
 * The rules in force: the user's, then the defaults. The first rule of a type that does not say `fallthrough: true`
 * closes that type; later ones are dropped, with a warning unless the closing rule says `fallthrough: false`.
 */
export function moduleRules(
  userRules: readonly ModuleRule[],
  options: { readonly python: boolean },
): RuleSet {
  const defaults = options.python ? [...DEFAULT_RULES, PYTHON_RULE] : DEFAULT_RULES;
  const candidates = [
    ...userRules.map((rule) => ({ rule, fallthrough: rule.fallthrough, isDefault: false })),
    ...defaults.map((rule) => ({ rule, fallthrough: null, isDefault: true })),
  ];
  const closedBy = new Map<
    RuleType,
    { readonly rule: ModuleRule | EffectiveRule; readonly quiet: boolean }
  >();
  const rules: EffectiveRule[] = [];
  const dropped: EffectiveRule[] = [];
  const warnings: string[] = [];
  for (const { rule, fallthrough, isDefault } of candidates) {
    const effective: EffectiveRule = { type: rule.type, globs: rule.globs };
    const closing = closedBy.get(rule.type);
    if (closing !== undefined) {
      dropped.push(effective);
      if (!closing.quiet) warnings.push(droppedWarning(closing.rule, effective, isDefault));
      continue;
    }
    rules.push(effective);
    if (fallthrough !== true) closedBy.set(rule.type, { rule, quiet: fallthrough === false });
  }
  return { rules, dropped, warnings };
}

function droppedWarning(closing: EffectiveRule, dropped: EffectiveRule, isDefault: boolean): string {
  const which = isDefault ? 'default rule' : 'rule';
  return (
    `The module rule ${describeRule(closing)} has no fallthrough, so the ${which} ${describeRule(dropped)} is ignored. ` +
    `Set "fallthrough": true on it to keep both, or false to silence this warning.`
  );
}

/** A rule for a message: `Text (**\/*.md)`. */
export function describeRule(rule: EffectiveRule): string {
  return `${rule.type} (${rule.globs.join(', ')})`;
}
