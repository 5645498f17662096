import type { SourceDocument } from '../documents/source-document.ts';
import { codeFrame } from '../findings/code-frame.ts';
import type { Finding } from '../findings/finding.ts';
import { printable } from './printable.ts';
import { isTenantId, TENANT_ID_RULE } from './tenant-id.ts';
import type { Json } from '../json.ts';
import type { ReadDefinition, SourceProblem, TenantEntry } from './tenant-source.ts';

/** One row of a table, or one item of an iterable, as its reader gives it. */
export interface Row extends ReadDefinition {
  /** Reads it again: so many rows are not held as documents. */
  readonly again: () => ReadDefinition;
  /** Its tenant id, when that is known without making a document of it. */
  readonly id?: string;
}

/** A row in which nothing can be wrong that keeps its id from being read: it becomes a document only when somebody looks into it. */
export function plainRow(id: string | undefined, document: () => SourceDocument): Row {
  const again = (): ReadDefinition => ({ document: document(), findings: [] });
  return {
    ...(id === undefined ? {} : { id }),
    findings: [],
    again,
    get document() {
      return document();
    },
  };
}

/** The tenant a row defines, or what is wrong with it. */
export function entriesOf(row: Row, from: TenantEntry['from']): readonly (TenantEntry | SourceProblem)[] {
  if (row.id !== undefined && isTenantId(row.id)) return [entryOf(row.id, from, row.again)];
  const { document, findings } = row;
  if (document === null) return findings.map(problem);
  const id = (document.value as { readonly tenantId?: Json }).tenantId;
  if (typeof id === 'string' && isTenantId(id)) return [entryOf(id, from, row.again)];
  return [...findings, idFinding(document, id)].map((finding) => problem(framed(finding, document)));
}

/** Where it stands is found when it is asked for: of ten thousand tenants few are complained about. */
function entryOf(id: string, from: TenantEntry['from'], again: () => ReadDefinition): TenantEntry {
  return {
    kind: 'tenant',
    id,
    from,
    read: async () => again(),
    get place() {
      return again().document?.place(['tenantId']) ?? { file: '', line: 1, column: 1 };
    },
  };
}

/** The finding with the lines of its row. */
export function framed(finding: Finding, document: SourceDocument): Finding {
  if (finding.place === undefined || finding.frame !== undefined) return finding;
  const frame = codeFrame(document.text, finding.place, 1, document.firstLine ?? 1).join('\n');
  return frame === '' ? finding : { ...finding, frame };
}

function problem(finding: Finding): SourceProblem {
  return { kind: 'problem', finding };
}

function idFinding(document: SourceDocument, id: Json | undefined): Finding {
  const missing = id === undefined || id === null || id === '';
  const shown = typeof id === 'string' ? `"${printable(id)}"` : `a ${Array.isArray(id) ? 'list' : typeof id}`;
  return {
    severity: 'error',
    code: missing ? 'missing-field' : 'tenant-id',
    path: 'tenantId',
    place: document.place(['tenantId']),
    message: missing
      ? `This entry of ${document.file} has no \`tenantId\`, which is required.`
      : `\`tenantId\` is ${shown}, which is not a tenant id.`,
    hint: `Give it one: ${TENANT_ID_RULE}.`,
  };
}
