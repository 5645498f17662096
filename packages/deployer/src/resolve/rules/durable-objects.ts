import type { DurableObjectsSection } from '../../bindings/durable-object.ts';
import type { Finding } from '../../findings/finding.ts';
import { replayMigrations } from './replay-migrations.ts';
import { at, type Rule, type RuleFacts } from './rule.ts';

/**
 * Durable Object classes have a life that makes sense: migrations in an order that can be replayed, and every bound
 * class alive at its end. Source: "Durable Object migrations" and API errors 10061, 10074, 10079.
 */
export const durableObjects: Rule = {
  name: 'migration-order',
  check: (facts) => {
    const { migrations, exports } = facts.config.fields;
    const declared = Object.entries(exports ?? {}).filter(([, entry]) => entry.type === 'durable-object');
    if (migrations !== undefined && migrations.length > 0 && declared.length > 0) {
      return [
        at(facts, ['migrations'], {
          what: 'key',
          severity: 'error',
          code: 'exclusive-fields',
          message: 'The file declares Durable Object classes both in `migrations` and in `exports`.',
          hint: 'Use one of the two; `exports` is the newer way.',
        }),
      ];
    }
    const replay = replayMigrations(migrations ?? []);
    const alive = new Set(replay.alive);
    for (const [name, entry] of declared) {
      const state = 'state' in entry ? (entry.state ?? 'created') : 'created';
      if (state === 'created' || state === 'expecting-transfer') alive.add(name);
    }
    return [
      ...replay.problems.map(({ path, ...problem }) => at(facts, ['migrations', ...path], problem)),
      ...boundClasses(facts, alive, replay.ended),
    ];
  },
};

function boundClasses(
  facts: RuleFacts,
  alive: ReadonlySet<string>,
  ended: ReadonlyMap<string, string>,
): readonly Finding[] {
  const section = facts.config.values['durable_objects'] as DurableObjectsSection | undefined;
  return (section?.bindings ?? []).flatMap((binding, index): readonly Finding[] => {
    const name = binding.class_name;
    const foreign = binding.script_name !== undefined && binding.script_name !== facts.scriptName;
    if (foreign || alive.has(name)) return [];
    const path = ['durable_objects', 'bindings', index, 'class_name'];
    const end = ended.get(name);
    if (end !== undefined) {
      return [
        at(facts, path, {
          severity: 'error',
          code: 'durable-object-class',
          message: `The binding ${binding.name} uses the class ${name}, which was ${end}.`,
          hint: 'Bind the class that took its place, or remove the binding.',
        }),
      ];
    }
    return [
      at(facts, path, {
        severity: 'warning',
        code: 'durable-object-class',
        message: `No migration or export creates the class ${name}; Cloudflare refuses the binding unless the class exists already.`,
        hint: `Add "migrations": [{ "tag": "v1", "new_sqlite_classes": ["${name}"] }].`,
      }),
    ];
  });
}
