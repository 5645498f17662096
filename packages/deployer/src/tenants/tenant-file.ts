import type { Finding } from '../findings/finding.ts';
import type { ProjectRules, StandardSchema } from '../project/project-config.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { schemaFindings } from '../shapes/zod-findings.ts';
import { formatPath } from '../findings/format-path.ts';
import type { Json, JsonObject } from '../json.ts';
import { type TenantConfig, tenantSchema } from '../shapes/tenant-schema.ts';

/** A tenant's file, checked: null when there is any error. */
export interface CheckedTenantFile {
  readonly config: TenantConfig | null;
  readonly findings: readonly Finding[];
}

interface CheckOptions {
  readonly id: string;
  readonly project: ProjectRules;
}

/** What was found in each file: every environment of the tenant asks again. */
const CHECKED = new WeakMap<SourceDocument, CheckOptions & { readonly checked: CheckedTenantFile }>();

/** Checks tenant.config.json: its schema, the project's further fields, and that it is the file of this folder. */
export function checkTenantFile(document: SourceDocument, options: CheckOptions): CheckedTenantFile {
  const before = CHECKED.get(document);
  if (before?.id === options.id && before.project === options.project) return before.checked;
  const checked = check(document, options);
  CHECKED.set(document, { ...options, checked });
  return checked;
}

function check(document: SourceDocument, options: CheckOptions): CheckedTenantFile {
  const further = options.project.tenantFields ?? {};
  const entries = Object.entries(document.value as JsonObject);
  const own = Object.fromEntries(entries.filter(([key]) => !Object.hasOwn(further, key)));
  const findings: Finding[] = [
    ...schemaFindings({ schema: tenantSchema, value: own, document, path: [] }).map((finding) =>
      withFurtherFields(finding),
    ),
    ...Object.entries(further).flatMap(([key, schema]) =>
      furtherField(schema, {
        key,
        value: (document.value as JsonObject)[key],
        document,
      }),
    ),
  ];
  const { tenantId } = own;
  if (typeof tenantId === 'string' && tenantId !== '' && tenantId !== options.id) {
    findings.push({
      severity: 'error',
      code: 'tenant-mismatch',
      path: 'tenantId',
      place: document.place(['tenantId']),
      message: `\`tenantId\` is ${JSON.stringify(tenantId.slice(0, 64))}, but the folder is called "${options.id}".`,
      hint: 'Make the two equal: the folder is the tenant.',
    });
  }
  const valid = !findings.some((finding) => finding.severity === 'error');
  return { config: valid ? (own as TenantConfig) : null, findings };
}

/** A field nobody knows may be one of the project's own. */
function withFurtherFields(finding: Finding): Finding {
  if (finding.code !== 'unknown-field' || finding.hint?.startsWith('Remove it') !== true) return finding;
  return {
    ...finding,
    hint: 'If the project needs it, declare it under `tenantFields` in cf-deploy.config.ts; otherwise remove it.',
  };
}

function furtherField(
  schema: StandardSchema,
  field: { readonly key: string; readonly value: Json | undefined; readonly document: SourceDocument },
): readonly Finding[] {
  const result = schema['~standard'].validate(field.value);
  const base = { severity: 'error' as const, code: 'project-rule' };
  if (result instanceof Promise) {
    return [
      {
        ...base,
        path: field.key,
        message: `The validator of \`${field.key}\` in cf-deploy.config.ts is asynchronous.`,
        hint: 'Use one that answers at once.',
      },
    ];
  }
  return (result.issues ?? []).map((issue) => {
    const below = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
    const path = [field.key, ...below.map((part) => (typeof part === 'number' ? part : String(part)))];
    return {
      ...base,
      path: formatPath(path),
      place: field.document.place(path),
      message: `\`${formatPath(path)}\`: ${issue.message}.`,
      hint: 'The rule is in cf-deploy.config.ts, under `tenantFields`.',
    };
  });
}
