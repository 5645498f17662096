import { bindingsFromConfig } from '../../bindings/convert.ts';
import { BINDING_MODULES } from '../../bindings/registry.ts';
import type { SourceDocument } from '../../documents/source-document.ts';
import type { Finding } from '../../findings/finding.ts';
import { remember } from '../../remember.ts';
import { WORKER_FIELDS } from '../schema/worker-fields.ts';
import type { JsonObject } from '../../json.ts';
import { at, type Rule, type RuleFacts } from './rule.ts';

/** Says which bindings and variables of the top level an environment silently lacks: they are not inherited. */
export const environmentBindings: Rule = {
  name: 'environment-without-binding',
  check: (facts) => {
    const { environment } = facts;
    if (environment === null) return [];
    const root = facts.worker.value as JsonObject;
    const env = root['env'] as JsonObject | undefined;
    if (env === undefined || !Object.hasOwn(env, environment)) return [];
    const own = (env[environment] ?? {}) as JsonObject;
    return [
      ...otherFields(facts, environment, { root, own }),
      ...BINDING_MODULES.flatMap((module) => {
        const section = module.section ?? '';
        if (module.inheritable === true || !Object.hasOwn(root, section)) return [];
        const wanted = topLevelNames(facts.worker, section);
        const here = new Set(wanted.length === 0 ? [] : ownNames(facts, own, section));
        const missing = wanted.filter((name) => !here.has(name));
        if (missing.length === 0) return [];
        const finding: Finding = at(facts, [], {
          severity: 'warning',
          code: 'environment-lacks-binding',
          message: `Environment "${environment}" lacks ${missing.join(', ')} of the top level's \`${section}\`, which is not inherited.`,
          hint: `Add it to env.${environment}.${section}, if the environment needs it.`,
        });
        return [
          {
            ...finding,
            path: `env.${environment}.${section}`,
            place: facts.worker.place(['env', environment, section]),
          },
        ];
      }),
    ];
  },
};

/** Fields that are no bindings and are not inherited either: `define`, `tail_consumers`. */
function otherFields(
  facts: RuleFacts,
  environment: string,
  levels: Readonly<Record<'root' | 'own', JsonObject>>,
): readonly Finding[] {
  const sections = new Set(BINDING_MODULES.map(({ section }) => section));
  return [...WORKER_FIELDS]
    .filter(([name, { scope }]) => scope === 'environment' && !sections.has(name))
    .filter(([name]) => Object.hasOwn(levels.root, name) && !Object.hasOwn(levels.own, name))
    .map(([name]) => ({
      severity: 'warning',
      code: 'environment-lacks-field',
      path: `env.${environment}.${name}`,
      place: facts.worker.place(['env', environment, name]),
      message: `Environment "${environment}" lacks the top level's \`${name}\`, which is not inherited.`,
      hint: `Add it to env.${environment}, if the environment needs it.`,
    }));
}

/** What the top level of each file names, by section: every environment of it asks again. */
const TOP_LEVEL_NAMES = new WeakMap<SourceDocument, Map<string, readonly string[]>>();

function topLevelNames(document: SourceDocument, section: string): readonly string[] {
  const known = remember(TOP_LEVEL_NAMES, document, () => new Map<string, readonly string[]>());
  return remember(known, section, () => namesIn(document.value as JsonObject, section));
}

/** What the environment itself names. Its bindings were made already; of secrets none are. */
function ownNames({ bindings, config }: RuleFacts, own: JsonObject, section: string): readonly string[] {
  if (section === 'secrets') return namesIn(own, section);
  if (config.paths[section]?.[0] !== 'env') return [];
  return bindings.filter(({ module }) => module.section === section).map(({ binding }) => binding.name);
}

/** For whom a binding is made does not change how it is called. */
const NOBODY = { scriptName: '', environment: null, compatibilityDate: '' };

/** Names of a section; none when it is missing or wrong, which has findings of its own. */
function namesIn(level: JsonObject, section: string): readonly string[] {
  if (!Object.hasOwn(level, section)) return [];
  const value = level[section];
  if (WORKER_FIELDS.get(section)?.schema.safeParse(value).success !== true) return [];
  if (section === 'secrets') return (value as { readonly required?: readonly string[] }).required ?? [];
  return bindingsFromConfig({ [section]: value }, NOBODY).map(({ binding }) => binding.name);
}
