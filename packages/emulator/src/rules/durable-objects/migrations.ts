import { failure } from '../../api/errors.ts';
import { refuseUnknown } from '../../api/body.ts';
import type { DurableObjectNamespaceDocument, ScriptDocument } from '../../store/model/scripts.ts';
import { isObject } from '../../json.ts';
import type { Json } from '../../json.ts';

/** One step of Durable Object migrations. */
export interface MigrationStep {
  newClasses: string[];
  newSqliteClasses: string[];
  renamedClasses: { from: string; to: string }[];
  deletedClasses: string[];
  transferredClasses: { from: string; fromScript: string; to: string }[];
}

/** The `migrations` of an upload's metadata. */
export interface Migrations {
  oldTag: string | null;
  newTag: string | null;
  steps: MigrationStep[];
}

/** What migrations are applied to. */
export interface MigrationState {
  tag: string | null;
  namespaces: readonly DurableObjectNamespaceDocument[];
  /** Class exports of the uploaded code. */
  exportedClasses: readonly string[];
  plan: 'free' | 'paid';
  newId: () => string;
  /** A namespace of another script of the account, for transfers. */
  findForeign: (script: string, className: string) => DurableObjectNamespaceDocument | undefined;
}

/** The Durable Object side of a script after migrations. */
export interface MigrationOutcome {
  tag: string | null;
  namespaces: DurableObjectNamespaceDocument[];
  deletedIds: string[];
  transfers: { fromScript: string; id: string }[];
  /** Classes the script waits for from now on; left out when that did not change. */
  expected?: NonNullable<ScriptDocument['expectedTransfers']>;
  /** Namespaces that go to other scripts. */
  handedOver?: { toScript: string; namespace: DurableObjectNamespaceDocument }[];
}

const STEP_FIELDS = [
  'new_classes',
  'new_sqlite_classes',
  'renamed_classes',
  'deleted_classes',
  'transferred_classes',
];

/** Reads `metadata.migrations`: one step inline, or several under `steps`. @throws 10021, 90400 */
export function readMigrations(value: Json | undefined): Migrations | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw failure('invalidRequest', 'migrations must be an object.');
  refuseUnknown(value, ['old_tag', 'new_tag', 'steps', ...STEP_FIELDS], 'migrations.');
  const { steps, old_tag: oldTag, new_tag: newTag } = value;
  if (steps !== undefined && !Array.isArray(steps))
    throw failure('invalidRequest', 'migrations.steps must be an array.');
  const list = steps === undefined ? [readStep(value)] : steps.map(readStep);
  return { oldTag: readTag(oldTag), newTag: readTag(newTag), steps: list };
}

/**
 * Applies migrations to a script's Durable Object namespaces.
 * @throws 10079 wrong `old_tag`, 10074 impossible step, 10070 new class that is not exported, 10097 free plan.
 */
export function applyMigrations(migrations: Migrations, state: MigrationState): MigrationOutcome {
  if (migrations.oldTag !== state.tag) {
    throw failure('migrationTag', `Migration tag precondition failed; current tag is '${state.tag ?? ''}'`);
  }
  const outcome: MigrationOutcome = {
    tag: migrations.newTag ?? state.tag,
    namespaces: [...state.namespaces],
    deletedIds: [],
    transfers: [],
  };
  const created: string[] = [];
  for (const step of migrations.steps) applyStep(step, state, outcome, created);
  for (const name of created) {
    const alive = outcome.namespaces.some((namespace) => namespace.className === name);
    if (alive && !state.exportedClasses.includes(name)) {
      throw failure(
        'newClassNotExported',
        `Cannot apply new-class migration to class '${name}' that is not exported by script.`,
      );
    }
  }
  return outcome;
}

/** Refuses code that lacks a class existing objects depend on. @throws 10064 */
export function checkClassesKept(
  namespaces: readonly DurableObjectNamespaceDocument[],
  exportedClasses: readonly string[],
): void {
  const missing = namespaces.filter((namespace) => !exportedClasses.includes(namespace.className));
  if (missing.length > 0) {
    const list = missing.map((namespace) => `'${namespace.className}'`).join(', ');
    throw failure(
      'classStillUsed',
      `New version of script does not export class ${list} which is depended on by existing Durable Objects. If you want to delete the class's Durable Objects, use a delete-class migration.`,
    );
  }
}

function applyStep(
  step: MigrationStep,
  state: MigrationState,
  outcome: MigrationOutcome,
  created: string[],
): void {
  refuseSharedTargets(step);
  const has = (name: string): boolean => outcome.namespaces.some((namespace) => namespace.className === name);
  const add = (className: string, sqlite: boolean, id = state.newId()): void => {
    if (has(className)) {
      throw failure(
        'migrationConflict',
        `Cannot apply new-class migration to class '${className}' that is already depended on by existing Durable Objects.`,
      );
    }
    outcome.namespaces.push({ id, className, sqlite });
    created.push(className);
  };
  if (step.newClasses.length > 0 && state.plan === 'free') throw failure('classFreePlan');
  for (const { from, to } of step.renamedClasses) {
    if (!has(from))
      throw failure('migrationConflict', `Cannot rename class '${from}': it has no Durable Objects.`);
    if (has(to))
      throw failure('migrationConflict', `Cannot rename class '${from}' to '${to}', which already exists.`);
    outcome.namespaces = outcome.namespaces.map((namespace) =>
      namespace.className === from ? { ...namespace, className: to } : namespace,
    );
  }
  for (const name of step.deletedClasses) {
    const found = outcome.namespaces.find((namespace) => namespace.className === name);
    if (found === undefined) {
      throw failure(
        'migrationConflict',
        `Cannot apply delete-class migration to class '${name}' without Durable Objects.`,
      );
    }
    outcome.namespaces = outcome.namespaces.filter((namespace) => namespace !== found);
    outcome.deletedIds.push(found.id);
  }
  for (const { from, fromScript, to } of step.transferredClasses) {
    const source = state.findForeign(fromScript, from);
    if (source === undefined) {
      throw failure(
        'migrationConflict',
        `Cannot transfer class '${from}': script '${fromScript}' does not implement it.`,
      );
    }
    add(to, source.sqlite, source.id);
    outcome.transfers.push({ fromScript, id: source.id });
  }
  for (const name of step.newClasses) add(name, false);
  for (const name of step.newSqliteClasses) add(name, true);
}

function refuseSharedTargets(step: MigrationStep): void {
  const targets = [
    ...step.newClasses,
    ...step.newSqliteClasses,
    ...step.renamedClasses.map(({ to }) => to),
    ...step.transferredClasses.map(({ to }) => to),
    ...step.deletedClasses,
  ];
  const twice = targets.find((name, index) => targets.indexOf(name) !== index);
  if (twice !== undefined) {
    throw failure('migrationConflict', `Class '${twice}' is the target of more than one migration.`);
  }
}

function readStep(value: Json | undefined): MigrationStep {
  if (!isObject(value)) throw failure('invalidRequest', 'A migration step must be an object.');
  refuseUnknown(value, ['old_tag', 'new_tag', 'tag', ...STEP_FIELDS], 'migrations.steps[].');
  const pairs = (field: string, keys: string[]): Record<string, string>[] => {
    const list = value[field] ?? [];
    if (!Array.isArray(list)) throw failure('invalidRequest', `migrations.${field} must be an array.`);
    return list.map((item) => {
      if (!isObject(item) || keys.some((key) => typeof item[key] !== 'string')) {
        throw failure('invalidRequest', `An entry of migrations.${field} needs ${keys.join(', ')}.`);
      }
      return item as Record<string, string>;
    });
  };
  return {
    newClasses: names(value['new_classes'], 'new_classes'),
    newSqliteClasses: names(value['new_sqlite_classes'], 'new_sqlite_classes'),
    deletedClasses: names(value['deleted_classes'], 'deleted_classes'),
    renamedClasses: pairs('renamed_classes', ['from', 'to']).map(({ from = '', to = '' }) => ({ from, to })),
    transferredClasses: pairs('transferred_classes', ['from', 'from_script', 'to']).map(
      ({ from = '', from_script: fromScript = '', to = '' }) => ({ from, fromScript, to }),
    ),
  };
}

function names(value: Json | undefined, field: string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.some((name) => typeof name !== 'string')) {
    throw failure('invalidRequest', `migrations.${field} must be an array of class names.`);
  }
  return value as string[];
}

function readTag(value: Json | undefined): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') throw failure('invalidRequest', 'A migration tag must be a string.');
  return value;
}
