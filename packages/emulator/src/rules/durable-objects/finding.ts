import type { DurableObjectNamespaceDocument } from '../../store/model/scripts.ts';
import { compact } from '../../json.ts';

/** Scenarios the emulator tells apart. Source: error reference of the page "Durable Objects migrations". */
export type Scenario =
  | 'provisioned_class_missing_from_config'
  | 'config_export_not_in_code'
  | 'config_references_nonexistent_class'
  | 'orphaned_provisioned_namespace'
  | 'storage_type_mismatch'
  | 'free_tier_requires_sqlite'
  | 'invalid_export'
  | 'tombstone_delete_class_still_in_code'
  | 'tombstone_delete_blocked_by_external_bindings'
  | 'tombstone_renamed_to_occupied'
  | 'transferred_pending_not_found'
  | 'transferred_target_missing'
  | 'transferred_target_mismatch'
  | 'transferred_source_in_dispatch_namespace'
  | 'transferred_target_in_dispatch_namespace'
  | 'phase_one_transfer_source_missing'
  | 'phase_one_transfer_source_namespace_missing'
  | 'phase_one_transfer_target_class_provisioned'
  | 'phase_one_transfer_after_commit_mismatch'
  | 'phase_one_transfer_duplicate'
  | 'phase_one_transfer_source_in_dispatch_namespace'
  | 'phase_one_transfer_target_in_dispatch_namespace'
  | 'code_class_not_in_exports'
  | 'tombstone_class_still_in_code'
  | 'stale_tombstone'
  | 'transfer_receive_already_applied';

/** One thing a reconciliation says about a class: an error's detail, or a notice. */
export type Finding = {
  class: string;
  scenario: Scenario;
  message: string;
  /** What to do; errors only. */
  suggestion?: string;
  namespace_id?: string;
  /** Other Workers that bind the class. */
  referencing_scripts?: string[];
};

/** What a finding carries besides its class, scenario and text. */
export interface FindingDetails {
  suggestion?: string;
  namespace?: DurableObjectNamespaceDocument | undefined;
  referencingScripts?: readonly string[];
}

/** A finding about class `name`. `text` continues "Class 'X' …". */
export function finding(
  name: string,
  scenario: Scenario,
  text: string,
  { suggestion, namespace, referencingScripts = [] }: FindingDetails = {},
): Finding {
  return {
    class: name,
    scenario,
    message: `Class '${name}' ${text}`,
    ...compact({ suggestion }),
    ...compact({ namespace_id: namespace?.id }),
    ...(referencingScripts.length === 0 ? {} : { referencing_scripts: [...referencingScripts] }),
  };
}
