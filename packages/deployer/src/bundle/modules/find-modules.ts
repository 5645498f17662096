import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { BundleError } from '../../errors.ts';
import type { CollectedModule } from './collected-module.ts';
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
  const names = (await walk(options.root, '')).filter((name) => !skipped.has(path.join(options.root, name)));
  const rules = matchers(options.ruleSet.rules);
  const dropped = matchers(options.ruleSet.dropped);
  const modules: CollectedModule[] = [];
  for (const name of names) {
    const rule = rules.find(({ matches }) => matches(name))?.rule;
    const off = dropped.find(({ matches }) => matches(name))?.rule;
    if (off !== undefined) throw droppedRuleError(name, off);
    if (rule === undefined) continue;
    const file = path.join(options.root, name);
    modules.push({ name, type: rule.type, bytes: await readFile(file), file });
  }
  return modules;
}

async function walk(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch((cause: unknown) => {
    throw new BundleError(
      'BUNDLE_FAILED',
      `The module root (base_dir) cannot be read: ${path.basename(root)}.`,
      { cause },
    );
  });
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.includes(entry.name)) found.push(...(await walk(root, name)));
    } else if (entry.isFile() || (await stat(path.join(root, name))).isFile()) {
      found.push(name);
    }
  }
  return found;
}

function matchers(rules: readonly EffectiveRule[]): { matches: Matcher; rule: EffectiveRule }[] {
  return rules.flatMap((rule) => rule.globs.map((glob) => ({ matches: globMatcher(glob, 'path'), rule })));
}

function droppedRuleError(name: string, rule: EffectiveRule): BundleError {
  return new BundleError(
    'BUNDLE_FAILED',
    `${name} matches the module rule ${describeRule(rule)}, which an earlier rule of the same type switches off.`,
    { hint: 'Set "fallthrough": true on the earlier rule.' },
  );
}
