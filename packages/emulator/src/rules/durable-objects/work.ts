import type { DurableObjectNamespaceDocument, ScriptDocument } from '../../store/model/scripts.ts';
import { scriptKey } from '../../store/documents.ts';
import type { Reader } from '../../store/store.ts';
import { latestVersion, liveVersion } from '../../wire/scripts.ts';
import type { MigrationOutcome, MigrationState } from './migrations.ts';
import { finding } from './finding.ts';
import type { Finding, FindingDetails, Scenario } from './finding.ts';

/** `exports_reconciliation` of an upload's answer. All lists are always there. */
export type Reconciliation = {
  created: string[];
  updated: string[];
  deleted: string[];
  renamed: { from: string; to: string }[];
  transferred: { class: string; phase: string; to: string }[];
  transfer_pending: { class: string; from: string }[];
  removable_entries: string[];
  info: Finding[];
  warnings: Finding[];
};

/** What declarative exports are compared with. */
export interface ExportsState extends MigrationState {
  /** The script that declares them. */
  self: Pick<ScriptDocument, 'accountId' | 'name' | 'dispatchNamespace'>;
  /** Those of the code's classes that are surely Durable Objects (they extend the base class). */
  durableObjectClasses: readonly string[];
  /** Classes the script waits for already. */
  expected: NonNullable<ScriptDocument['expectedTransfers']>;
  reader: Reader;
}

/** A reconciliation under way. */
export interface Work {
  readonly state: ExportsState;
  readonly outcome: MigrationOutcome;
  readonly reconciliation: Reconciliation;
  readonly problems: Finding[];
}

/** Notes what prevents the reconciliation. */
export function refuse(
  work: Work,
  name: string,
  scenario: Scenario,
  [text, suggestion]: readonly [text: string, suggestion: string],
  details: FindingDetails = {},
): void {
  work.problems.push(finding(name, scenario, text, { suggestion, ...details }));
}

/** The namespace the script owns for a class before the reconciliation. */
export function ownedBefore(work: Work, name: string): DurableObjectNamespaceDocument | undefined {
  return work.state.namespaces.find(({ className }) => className === name);
}

/** True when the uploaded code exports the class. */
export function inCode(work: Work, name: string): boolean {
  return work.state.exportedClasses.includes(name);
}

/** A tombstone that has nothing left to do; it may go when no other Worker binds the class. */
export function noteStale(work: Work, name: string): void {
  const referencingScripts = referencingScriptsOf(work.state, name);
  const text = 'has no namespace, so its entry has no effect; it can be removed from exports.';
  work.reconciliation.info.push(finding(name, 'stale_tombstone', text, { referencingScripts }));
  if (referencingScripts.length === 0) work.reconciliation.removable_entries.push(name);
}

/** A rename or transfer whose class the code still exports, as a rollout without downtime does. */
export function noteStillInCode(work: Work, name: string): void {
  if (!inCode(work, name)) return;
  const referencingScripts = referencingScriptsOf(work.state, name);
  const text = 'is still exported by the code, which is fine while it is rolled out.';
  work.reconciliation.info.push(finding(name, 'tombstone_class_still_in_code', text, { referencingScripts }));
}

/** Other Workers of the account that bind a class of the script. */
export function referencingScriptsOf({ self, reader }: ExportsState, className: string): string[] {
  const refers = (script: ScriptDocument): boolean =>
    (liveVersion(script) ?? latestVersion(script))?.bindings.some(
      (binding) =>
        binding.type === 'durable_object_namespace' &&
        binding['script_name'] === self.name &&
        binding['class_name'] === className,
    ) === true;
  return reader
    .list('script', self.accountId)
    .filter(
      (script) =>
        (script.name !== self.name || script.dispatchNamespace !== self.dispatchNamespace) && refers(script),
    )
    .map(({ name }) => name);
}

/** Another script of the account: where the declaring one is, or in another dispatch namespace (or none). */
export function findPartner(
  { self, reader }: ExportsState,
  name: string,
): { script: ScriptDocument; sameContext: boolean } | undefined {
  const near = reader.get('script', scriptKey(self.accountId, name, self.dispatchNamespace));
  if (near !== undefined) return { script: near, sameContext: true };
  const far = reader.list('script', self.accountId).find((script) => script.name === name);
  return far === undefined ? undefined : { script: far, sameContext: false };
}
