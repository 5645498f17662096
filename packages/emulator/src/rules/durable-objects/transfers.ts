import type { DurableObjectNamespaceDocument } from '../../store/model/scripts.ts';
import { finding } from './finding.ts';
import type { FindingDetails, Scenario } from './finding.ts';
import type { ExportEntry } from './entry.ts';
import { findPartner, noteStale, noteStillInCode, ownedBefore, refuse } from './work.ts';
import type { Work } from './work.ts';

/** Phase two: hands a class over to the script that expects it. */
export function handOver(work: Work, { name, to }: Extract<ExportEntry, { state: 'transferred' }>): void {
  const { state, outcome, reconciliation } = work;
  const namespace = ownedBefore(work, name);
  if (namespace === undefined) return noteStale(work, name);
  const target = findPartner(state, to);
  if (target === undefined) {
    return refuse(work, name, 'transferred_target_missing', [
      `is transferred to '${to}', which does not exist.`,
      'Name an existing Worker in transferred_to, or remove the entry.',
    ]);
  }
  if (!target.sameContext) {
    const where = state.self.dispatchNamespace === null ? 'target' : 'source';
    return refuse(work, name, `transferred_${where}_in_dispatch_namespace`, crossing('to', to));
  }
  const expects = (script: typeof target.script): boolean =>
    script.expectedTransfers?.some(
      ({ className, from }) => className === name && from === state.self.name,
    ) === true;
  if (!expects(target.script)) {
    const other = state.reader
      .list('script', state.self.accountId, state.self.dispatchNamespace)
      .find(expects);
    if (other !== undefined) {
      return refuse(work, name, 'transferred_target_mismatch', [
        `is transferred to '${to}', but '${other.name}' expects it.`,
        `Set transferred_to to '${other.name}', or let that Worker cancel its expecting-transfer entry.`,
      ]);
    }
    return refuse(work, name, 'transferred_pending_not_found', [
      `is transferred to '${to}', which does not expect it.`,
      `Deploy '${to}' first with an expecting-transfer entry that names this Worker.`,
    ]);
  }
  outcome.namespaces = outcome.namespaces.filter(({ id }) => id !== namespace.id);
  outcome.handedOver = [...(outcome.handedOver ?? []), { toScript: to, namespace }];
  reconciliation.transferred.push({ class: name, phase: 'committed', to });
  noteStillInCode(work, name);
}

type ExpectedClass = Extract<ExportEntry, { state: 'expecting-transfer' }>;

/** Phase one: waits for a class of another script. */
export function expectTransfer(work: Work, entry: ExpectedClass): void {
  const { state, outcome, reconciliation } = work;
  const { name, from } = entry;
  const owned = ownedBefore(work, name);
  if (owned !== undefined) return judgeOwned(work, entry, owned);
  if (!isOffered(work, entry)) return;
  const pending = state.expected.find(({ className }) => className === name);
  if (pending !== undefined && pending.from !== from) {
    return refuse(work, name, 'phase_one_transfer_duplicate', [
      `is expected from '${pending.from}' already.`,
      'Cancel that transfer first: deploy without its entry.',
    ]);
  }
  outcome.expected = [...(outcome.expected ?? []), { className: name, from }];
  reconciliation.transfer_pending.push({ class: name, from });
}

/** A class that is expected, though the script has a namespace for it already. */
function judgeOwned(work: Work, { name, from }: ExpectedClass, owned: DurableObjectNamespaceDocument): void {
  if (owned.transferredFrom === from) {
    const text = `was taken over from '${from}'; make its entry a live one.`;
    work.reconciliation.info.push(
      finding(name, 'transfer_receive_already_applied', text, { namespace: owned }),
    );
    return;
  }
  if (owned.transferredFrom !== undefined) {
    return refuse(
      work,
      name,
      'phase_one_transfer_after_commit_mismatch',
      [`was taken over from '${owned.transferredFrom}', not from '${from}'.`, 'Make the entry a live one.'],
      { namespace: owned },
    );
  }
  return refuse(
    work,
    name,
    'phase_one_transfer_target_class_provisioned',
    ['has a namespace on this Worker already.', 'Make the entry a live one, or delete the namespace first.'],
    { namespace: owned },
  );
}

/** True when the other script has the class to give; what it lacks is noted. */
function isOffered(work: Work, { name, from, sqlite }: ExpectedClass): boolean {
  const { state } = work;
  const lacking = (scenario: Scenario, texts: readonly [string, string], details?: FindingDetails): false => {
    refuse(work, name, scenario, texts, details);
    return false;
  };
  const source = findPartner(state, from);
  if (source === undefined) {
    return lacking('phase_one_transfer_source_missing', [
      `is expected from '${from}', which does not exist.`,
      'Name an existing Worker in transfer_from.',
    ]);
  }
  if (!source.sameContext) {
    const where = state.self.dispatchNamespace === null ? 'source' : 'target';
    return lacking(`phase_one_transfer_${where}_in_dispatch_namespace`, crossing('from', from));
  }
  const offered = source.script.durableObjectNamespaces.find(({ className }) => className === name);
  if (offered === undefined) {
    return lacking('phase_one_transfer_source_namespace_missing', [
      `is expected from '${from}', which has no namespace for it.`,
      `Deploy the class on '${from}' first.`,
    ]);
  }
  if (offered.sqlite !== sqlite) {
    return lacking(
      'storage_type_mismatch',
      [`has another kind of storage on '${from}'.`, 'Declare the storage it has; it cannot be changed.'],
      { namespace: offered },
    );
  }
  return true;
}

function crossing(preposition: string, script: string): readonly [string, string] {
  return [
    `cannot be transferred ${preposition} '${script}', which is not in the same dispatch namespace.`,
    'Transfer within one dispatch namespace, or between Workers outside of all.',
  ];
}
