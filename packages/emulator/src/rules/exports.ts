import { failure } from '../errors.ts';
import { isObject } from '../body.ts';
import type { JsonObject } from '../body.ts';
import type { MigrationOutcome, MigrationState } from './migrations.ts';

/** `exports_reconciliation` of an upload's answer. All lists are always there. */
export interface Reconciliation {
  created: string[];
  updated: string[];
  deleted: string[];
  renamed: { from: string; to: string }[];
  transferred: { class: string; phase: string; to: string }[];
  transfer_pending: { class: string; from: string }[];
  removable_entries: string[];
  info: Problem[];
  warnings: Problem[];
}

/** One finding of a reconciliation. */
export interface Problem {
  class: string;
  scenario: string;
  message: string;
}

const STATES = ['created', 'deleted', 'renamed', 'transferred', 'expecting-transfer'];

/**
 * Compares declared Durable Object exports with the namespaces a script owns, and gives the namespaces afterwards.
 * @throws 100402 with every finding in `meta.details` when they cannot be brought together.
 */
export function reconcileExports(
  exports: JsonObject,
  state: MigrationState,
): { outcome: MigrationOutcome; reconciliation: Reconciliation | null } {
  const outcome: MigrationOutcome = {
    tag: state.tag,
    namespaces: [...state.namespaces],
    deletedIds: [],
    transfers: [],
  };
  const entries = Object.entries(exports).filter(
    (entry): entry is [string, JsonObject] => isObject(entry[1]) && entry[1]['type'] === 'durable-object',
  );
  if (entries.length === 0) return { outcome, reconciliation: null };
  const reconciliation: Reconciliation = {
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
  const problems: Problem[] = [];
  for (const [name, entry] of entries)
    reconcileEntry({ name, entry, state, outcome, reconciliation, problems });
  for (const namespace of outcome.namespaces) {
    if (!Object.hasOwn(exports, namespace.className) && !wasRenamedTo(exports, namespace.className)) {
      problems.push(
        problem(
          namespace.className,
          'provisioned_class_missing_from_config',
          'has objects but no entry in exports.',
        ),
      );
    }
  }
  if (problems.length > 0) {
    throw failure('exportsReconciliation', problems.map(({ message }) => message).join(' '), {
      meta: { details: problems },
    });
  }
  return { outcome, reconciliation };
}

interface EntryWork {
  name: string;
  entry: JsonObject;
  state: MigrationState;
  outcome: MigrationOutcome;
  reconciliation: Reconciliation;
  problems: Problem[];
}

function reconcileEntry(work: EntryWork): void {
  const { name, entry, outcome, reconciliation, problems } = work;
  const lifecycle = entry['state'] ?? 'created';
  if (typeof lifecycle !== 'string' || !STATES.includes(lifecycle)) {
    problems.push(problem(name, 'invalid_export', `has an unknown state ${JSON.stringify(lifecycle)}.`));
    return;
  }
  const found = outcome.namespaces.find((namespace) => namespace.className === name);
  if (lifecycle === 'created') createClass(work, found?.sqlite);
  else if (found === undefined && lifecycle !== 'expecting-transfer')
    reconciliation.removable_entries.push(name);
  else if (lifecycle === 'deleted' && found !== undefined) {
    outcome.namespaces = outcome.namespaces.filter((namespace) => namespace !== found);
    outcome.deletedIds.push(found.id);
    reconciliation.deleted.push(name);
  } else if (lifecycle === 'renamed') renameClass(work);
  else if (lifecycle === 'expecting-transfer') receiveClass(work);
  else {
    reconciliation.transferred.push({
      class: name,
      phase: 'pending',
      to: String(entry['transferred_to'] ?? ''),
    });
  }
}

function createClass(
  { name, entry, state, outcome, reconciliation, problems }: EntryWork,
  existing?: boolean,
): void {
  const sqlite = entry['storage'] === 'sqlite';
  if (entry['storage'] !== 'sqlite' && entry['storage'] !== 'legacy-kv') {
    problems.push(problem(name, 'invalid_export', 'needs storage "sqlite" or "legacy-kv".'));
  } else if (!state.exportedClasses.includes(name)) {
    problems.push(problem(name, 'config_export_not_in_code', 'is not exported by the code.'));
  } else if (existing === undefined && !sqlite) {
    const free = state.plan === 'free';
    problems.push(
      free
        ? problem(name, 'free_tier_requires_sqlite', 'must use storage "sqlite" on the free plan.')
        : problem(name, 'storage_type_mismatch', 'is new, and new classes use storage "sqlite".'),
    );
  } else if (existing === undefined) {
    outcome.namespaces.push({ id: state.newId(), className: name, sqlite });
    reconciliation.created.push(name);
  } else if (existing !== sqlite) {
    problems.push(problem(name, 'storage_type_mismatch', 'has another kind of storage.'));
  }
}

function renameClass({ name, entry, outcome, reconciliation, problems }: EntryWork): void {
  const to = entry['renamed_to'];
  if (typeof to !== 'string') {
    problems.push(problem(name, 'invalid_export', 'needs renamed_to.'));
    return;
  }
  if (
    outcome.namespaces.some((namespace) => namespace.className === to && !reconciliation.created.includes(to))
  ) {
    problems.push(
      problem(name, 'tombstone_renamed_to_occupied', `cannot be renamed to '${to}', which has objects.`),
    );
    return;
  }
  // The entry of the new name may have been read first and created; the rename is what was meant.
  outcome.namespaces = outcome.namespaces
    .filter((namespace) => namespace.className !== to)
    .map((namespace) => (namespace.className === name ? { ...namespace, className: to } : namespace));
  reconciliation.created = reconciliation.created.filter((created) => created !== to);
  reconciliation.renamed.push({ from: name, to });
}

function receiveClass({ name, entry, state, outcome, reconciliation, problems }: EntryWork): void {
  const from = entry['transfer_from'];
  if (typeof from !== 'string') {
    problems.push(problem(name, 'invalid_export', 'needs transfer_from.'));
    return;
  }
  const source = state.findForeign(from, name);
  if (source === undefined) {
    reconciliation.transfer_pending.push({ class: name, from });
    return;
  }
  outcome.namespaces.push({ ...source, className: name });
  outcome.transfers.push({ fromScript: from, id: source.id });
  reconciliation.transferred.push({ class: name, phase: 'committed', to: name });
}

function wasRenamedTo(exports: JsonObject, name: string): boolean {
  return Object.values(exports).some((entry) => isObject(entry) && entry['renamed_to'] === name);
}

function problem(name: string, scenario: string, text: string): Problem {
  return { class: name, scenario, message: `Class '${name}' ${text}` };
}
