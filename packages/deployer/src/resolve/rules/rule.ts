import type { ConvertedBinding } from '../../bindings/convert.ts';
import type { EffectiveConfig } from '../effective.ts';
import type { Finding } from '../../findings/finding.ts';
import { formatPath } from '../../findings/format-path.ts';
import type { ProjectRules } from '../../project/project-config.ts';
import type { SourceDocument } from '../../documents/source-document.ts';
import type { DocumentPath } from '../../findings/format-path.ts';
import type { TenantConfig } from '../../shapes/tenant-schema.ts';

/** Everything a rule may look at. Rules are pure: the file system and the clock are answered here. */
export interface RuleFacts {
  readonly config: EffectiveConfig;
  /** Environment as the file names it; null: the top level. */
  readonly environment: string | null;
  /** Final script name; null when there is none. */
  readonly scriptName: string | null;
  /** Bindings in upload form, wrangler's order. */
  readonly bindings: readonly ConvertedBinding[];
  readonly worker: SourceDocument;
  readonly tenantId: string;
  readonly tenantFile: SourceDocument;
  /** Checked tenant.config.json; null when it has errors. */
  readonly tenant: TenantConfig | null;
  readonly project: ProjectRules;
  /** Today in UTC, `2026-02-01`. */
  readonly today: string;
  /** Kind of what is at a path relative to the wrangler file. */
  readonly look: (path: string) => 'file' | 'folder' | 'missing';
  /** Such a path as the disk spells it, when that differs in upper and lower case only; null otherwise. */
  readonly spelled: (path: string, extensions?: readonly string[]) => string | null;
}

/** A named check over several fields. */
export interface Rule {
  /** Name in findings' documentation; its findings have their own codes. */
  readonly name: string;
  readonly check: (facts: RuleFacts) => readonly Finding[];
}

/** A finding about a path of the effective configuration, with its place in the wrangler file. */
export function at(
  facts: Pick<RuleFacts, 'config' | 'worker'>,
  path: DocumentPath,
  finding: Omit<Finding, 'path' | 'place'> & { readonly what?: 'key' | 'value' },
): Finding {
  const { what, ...rest } = finding;
  const [field, ...below] = path;
  const base = field === undefined ? [] : (facts.config.paths[String(field)] ?? [field]);
  const full = [...base, ...below];
  return { ...rest, path: formatPath(full), place: facts.worker.place(full, what) };
}

/** Dotted path of a value of the effective configuration in the file: `env.staging.vars.A`. */
export function pathOf(facts: Pick<RuleFacts, 'config'>, path: DocumentPath): string {
  const [field, ...below] = path;
  return formatPath([
    ...(facts.config.paths[String(field)] ?? (field === undefined ? [] : [field])),
    ...below,
  ]);
}
