import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BundleError } from '../../errors.ts';
import type { CollectedModule } from './collected-module.ts';
import { type FoundEntry, walkFolder } from '../../documents/walk-folder.ts';
import type { Matcher } from '../../text/wildcard.ts';
import { globMatcher } from './glob.ts';
import { describeRule, type EffectiveRule, type RuleSet } from './rules.ts';

const CONFIG_FILES = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml', 'tenant.config.json'];
const SKIPPED_FOLDERS = ['.wrangler', '.cf-deploy'];

/** Options of {@link findModules}. */
export interface FindModulesOptions {
  /** Absolute module root: `base_dir`, else the folder of the entry. */
  readonly root: string;
  /** Absolute entry file, left out. */
  readonly entry: string;
  readonly projectDir: string;
  readonly ruleSet: RuleSet;
  /** Throws for a file or folder that must not be read. */
  readonly inside: (file: string) => void;
}

/**
 * Every file below the module root that a rule matches, named by its path relative to that root, sorted by name. The
 * configuration files are left out.
 *
 * @throws BundleError BUNDLE_FAILED when a file matches only a rule that an earlier one switched off
 */
export async function findModules(options: FindModulesOptions): Promise<CollectedModule[]> {
  const skipped = new Set([
    options.entry,
    ...CONFIG_FILES.map((name) => path.join(options.projectDir, name)),
  ]);
  options.inside(options.root);
  const entries = entriesBelow(options).filter(({ name }) => !skipped.has(path.join(options.root, name)));
  const rules = matchers(options.ruleSet.rules);
  const dropped = matchers(options.ruleSet.dropped);
  const modules: CollectedModule[] = [];
  for (const { name, kind } of entries) {
    const rule = rules.find(({ matches }) => matches(name))?.rule;
    const off = dropped.find(({ matches }) => matches(name))?.rule;
    if (off !== undefined) throw droppedRuleError(name, off);
    if (rule === undefined) continue;
    if (kind === 'dangling-link') throw danglingError(name, rule);
    const file = path.join(options.root, name);
    options.inside(file);
    modules.push({ name, type: rule.type, bytes: await readFile(file), file });
  }
  return modules;
}

function entriesBelow({ root, inside }: FindModulesOptions): readonly FoundEntry[] {
  try {
    return walkFolder(root, { skip: isSkipped, enter: inside });
  } catch (cause) {
    if (cause instanceof BundleError) throw cause;
    const name = path.basename(root);
    throw new BundleError('BUNDLE_FAILED', `The module root (base_dir) cannot be read: ${name}.`, { cause });
  }
}

function isSkipped(name: string, isFolder: boolean): boolean {
  return isFolder && SKIPPED_FOLDERS.includes(path.posix.basename(name));
}

function matchers(rules: readonly EffectiveRule[]): { matches: Matcher; rule: EffectiveRule }[] {
  return rules.flatMap((rule) => rule.globs.map((glob) => ({ matches: globMatcher(glob, 'path'), rule })));
}

function danglingError(name: string, rule: EffectiveRule): BundleError {
  return new BundleError(
    'BUNDLE_FAILED',
    `${name}, which the module rule ${describeRule(rule)} takes, is a link that leads nowhere.`,
    { hint: 'Restore what it points to, or delete the link.' },
  );
}

function droppedRuleError(name: string, rule: EffectiveRule): BundleError {
  return new BundleError(
    'BUNDLE_FAILED',
    `${name} matches the module rule ${describeRule(rule)}, which an earlier rule of the same type switches off.`,
    { hint: 'Set "fallthrough": true on the earlier rule.' },
  );
}
