import { failure } from '../../api/errors.ts';
import type { MigrationOutcome } from './migrations.ts';
import { readEntries } from './entry.ts';
import type { ExportEntry } from './entry.ts';
import { finding } from './finding.ts';
import { expectTransfer, handOver } from './transfers.ts';
import { inCode, noteStale, noteStillInCode, ownedBefore, referencingScriptsOf, refuse } from './work.ts';
import type { ExportsState, Reconciliation, Work } from './work.ts';
import type { JsonObject } from '../../json.ts';

/** Renames first, so that the new names are there for their live entries. */
const ORDER: readonly ExportEntry['state'][] = [
  'renamed',
  'deleted',
  'transferred',
  'expecting-transfer',
  'created',
];

/**
 * Compares declared Durable Object exports with the code and with the namespaces the script owns, and gives the
 * namespaces afterwards. Source: page "Durable Objects migrations" (declarative `exports`).
 * @throws 100402 with every finding in `meta.details` when the three cannot be brought together.
 */
export function reconcileExports(
  exports: JsonObject,
  state: ExportsState,
): { outcome: MigrationOutcome; reconciliation: Reconciliation | null } {
  const outcome: MigrationOutcome = {
    tag: state.tag,
    namespaces: [...state.namespaces],
    deletedIds: [],
    transfers: [],
  };
  const { entries, problems } = readEntries(exports);
  if (entries.length === 0 && problems.length === 0) return { outcome, reconciliation: null };
  const work: Work = {
    state,
    outcome: { ...outcome, expected: [] },
    reconciliation: nothingDone(),
    problems,
  };
  for (const lifecycle of ORDER) {
    for (const entry of entries) if (entry.state === lifecycle) reconcileEntry(work, entry);
  }
  refuseUndeclared(work, exports);
  noteUndeclared(work, exports);
  if (problems.length > 0) {
    throw failure('exportsReconciliation', problems.map(({ message }) => message).join(' '), {
      meta: { details: problems },
    });
  }
  return { outcome: work.outcome, reconciliation: work.reconciliation };
}

function reconcileEntry(work: Work, entry: ExportEntry): void {
  switch (entry.state) {
    case 'created':
      return keepOrCreate(work, entry);
    case 'deleted':
      return deleteClass(work, entry.name);
    case 'renamed':
      return renameClass(work, entry);
    case 'transferred':
      return handOver(work, entry);
    case 'expecting-transfer':
      return expectTransfer(work, entry);
  }
}

function keepOrCreate(work: Work, { name, sqlite }: Extract<ExportEntry, { state: 'created' }>): void {
  const { state, outcome, reconciliation } = work;
  const owned = outcome.namespaces.find(({ className }) => className === name);
  if (!inCode(work, name)) {
    return ownedBefore(work, name) === undefined
      ? refuse(work, name, 'config_references_nonexistent_class', [
          'is neither exported by the code nor provisioned.',
          'Remove the entry, or add the class to the code.',
        ])
      : refuse(
          work,
          name,
          'config_export_not_in_code',
          ['is not exported by the code.', 'Add the class to the code, or make the entry a tombstone.'],
          { namespace: owned },
        );
  }
  if (owned !== undefined) {
    if (owned.sqlite === sqlite) return;
    return refuse(
      work,
      name,
      'storage_type_mismatch',
      ['has another kind of storage.', 'Declare the storage it has; it cannot be changed.'],
      { namespace: owned },
    );
  }
  if (!sqlite) {
    const scenario = state.plan === 'free' ? 'free_tier_requires_sqlite' : 'invalid_export';
    return refuse(work, name, scenario, ['is new and needs SQLite.', 'Use storage "sqlite".']);
  }
  outcome.namespaces.push({ id: state.newId(), className: name, sqlite });
  reconciliation.created.push(name);
}

function deleteClass(work: Work, name: string): void {
  const { state, outcome, reconciliation } = work;
  const namespace = ownedBefore(work, name);
  if (inCode(work, name)) {
    return refuse(
      work,
      name,
      'tombstone_delete_class_still_in_code',
      ['is deleted, but the code still exports it.', 'Remove the class from the code first.'],
      { namespace },
    );
  }
  if (namespace === undefined) return noteStale(work, name);
  const referencingScripts = referencingScriptsOf(state, name);
  if (referencingScripts.length > 0) {
    return refuse(
      work,
      name,
      'tombstone_delete_blocked_by_external_bindings',
      ['is deleted, but other Workers bind it.', 'Deploy those Workers without the binding first.'],
      { namespace, referencingScripts },
    );
  }
  outcome.namespaces = outcome.namespaces.filter(({ id }) => id !== namespace.id);
  outcome.deletedIds.push(namespace.id);
  reconciliation.deleted.push(name);
}

function renameClass(work: Work, { name, to }: Extract<ExportEntry, { state: 'renamed' }>): void {
  const { outcome, reconciliation } = work;
  const namespace = ownedBefore(work, name);
  if (namespace === undefined) return noteStale(work, name);
  if (ownedBefore(work, to) !== undefined) {
    return refuse(
      work,
      name,
      'tombstone_renamed_to_occupied',
      [`cannot be renamed to '${to}', which has a namespace.`, `Delete '${to}' in an earlier deploy.`],
      { namespace },
    );
  }
  outcome.namespaces = outcome.namespaces.map((candidate) =>
    candidate.id === namespace.id ? { ...candidate, className: to } : candidate,
  );
  reconciliation.renamed.push({ from: name, to });
  noteStillInCode(work, name);
}

/** Every namespace needs an entry. */
function refuseUndeclared(work: Work, exports: JsonObject): void {
  for (const namespace of work.state.namespaces) {
    const name = namespace.className;
    if (Object.hasOwn(exports, name)) continue;
    const [scenario, text] = inCode(work, name)
      ? (['provisioned_class_missing_from_config', 'has a namespace but no entry in exports.'] as const)
      : ([
          'orphaned_provisioned_namespace',
          'has a namespace, but is neither in the code nor in exports.',
        ] as const);
    const referencingScripts = referencingScriptsOf(work.state, name);
    const suggestion = 'Add a live entry to keep the namespace, or a tombstone to retire it.';
    refuse(work, name, scenario, [text, suggestion], { namespace, referencingScripts });
  }
}

/** Classes that only the code knows are left alone. */
function noteUndeclared(work: Work, exports: JsonObject): void {
  for (const name of work.state.durableObjectClasses) {
    if (Object.hasOwn(exports, name) || ownedBefore(work, name) !== undefined) continue;
    const text = 'is exported by the code and not declared in exports.';
    work.reconciliation.info.push(finding(name, 'code_class_not_in_exports', text));
  }
}

function nothingDone(): Reconciliation {
  return {
    created: [],
    updated: [],
    deleted: [],
    renamed: [],
    transferred: [],
    transfer_pending: [],
    removable_entries: [],
    info: [],
    warnings: [],
  };
}
