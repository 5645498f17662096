import type { Finding } from '../findings/finding.ts';
import { FINDINGS_SHOWN, furtherFindings } from '../findings/limit-findings.ts';
import { formatPath } from '../findings/format-path.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import type { DocumentPath } from '../findings/format-path.ts';
import { remember } from '../remember.ts';
import type { WorkerField } from '../shapes/field.ts';
import { UNSUPPORTED_FIELDS } from '../shapes/unsupported-fields.ts';
import { unknownTopLevelField } from './schema/unknown-top-level-field.ts';
import { type PlainFields, WORKER_FIELDS } from './schema/worker-fields.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { schemaFindings } from '../shapes/zod-findings.ts';

/** The settings of one environment after inheritance. Only what passed its schema is here. */
export interface EffectiveConfig {
  /** Fields by name; sections of bindings included. */
  readonly values: JsonObject;
  /** The same, typed, for the fields that are not sections of bindings. */
  readonly fields: PlainFields;
  /** Where each value stands: `['env', 'staging', 'vars']`, or `['vars']` at the top level. */
  readonly paths: Readonly<Record<string, DocumentPath>>;
  /** Fields that the environment took over from the top level. */
  readonly inherited: ReadonlySet<string>;
}

/** Options of {@link effectiveConfig}. */
export interface EffectiveOptions {
  readonly document: SourceDocument;
  /** Environment as the file names it; null: the top level. */
  readonly environment: string | null;
  /** Unknown fields are warnings instead of errors. */
  readonly lenient: boolean;
}

/**
 * Checks every field of the top level and of the chosen environment against its schema, and merges the two by wrangler's
 * rules: an environment replaces a field whole, never merges into it.
 */
export function effectiveConfig(options: EffectiveOptions): {
  readonly config: EffectiveConfig;
  readonly findings: readonly Finding[];
} {
  const root = fieldsOf(options.document.value);
  const top = topLevel(root, options);
  if (options.environment === null) {
    return { config: merge(top, null), findings: top.findings };
  }
  const environments = fieldsOf(root['env']);
  const raw = Object.hasOwn(environments, options.environment) ? environments[options.environment] : {};
  const path = ['env', options.environment];
  if (!isObject(raw)) {
    const finding: Finding = {
      severity: 'error',
      code: 'wrong-type',
      path: formatPath(path),
      place: options.document.place(path),
      message: `\`${formatPath(path)}\` must be an object { … }.`,
      hint: 'Put the settings of the environment between { and }.',
    };
    return { config: merge(top, null), findings: [...top.findings, finding] };
  }
  const named = checkLevel(fieldsOf(raw), path, options);
  return { config: merge(top, named), findings: [...top.findings, ...named.findings] };
}

interface Level {
  readonly values: JsonObject;
  /** Names written at this level, valid or not: a mistake in an environment must not uncover the top level's value. */
  readonly written: ReadonlySet<string>;
  readonly path: DocumentPath;
  readonly findings: readonly Finding[];
}

/** What was found at the top level of each file: every environment of it asks again. */
const TOP_LEVELS = new WeakMap<SourceDocument, Map<boolean, Level>>();

function topLevel(raw: JsonObject, options: EffectiveOptions): Level {
  const levels = remember(TOP_LEVELS, options.document, () => new Map<boolean, Level>());
  return remember(levels, options.lenient, () => {
    const otherwise = levels.get(!options.lenient);
    // Where nothing was found there is nothing to be lenient about.
    return otherwise?.findings.length === 0 ? otherwise : checkLevel(raw, [], options);
  });
}

function checkLevel(raw: JsonObject, path: DocumentPath, options: EffectiveOptions): Level {
  const values: Record<string, Json | undefined> = {};
  const written = new Set<string>();
  const findings: Finding[] = [];
  let unknown = 0;
  for (const [name, value] of Object.entries(raw)) {
    if (name === 'env' && path.length === 0) continue;
    const field = WORKER_FIELDS.get(name);
    if (field === undefined) unknown += 1;
    if (unknown > FINDINGS_SHOWN && field === undefined) continue;
    const found = checkField({ name, value, field, path }, options);
    findings.push(...found);
    if (field === undefined) continue;
    written.add(name);
    if (!found.some((finding) => finding.severity === 'error')) values[name] = value;
  }
  const where = { path: formatPath(path), place: options.document.place(path, 'key') };
  findings.push(
    ...furtherFindings(unknown - FINDINGS_SHOWN, where).map((finding) => soften(finding, options.lenient)),
  );
  return { values, written, path, findings };
}

function checkField(
  item: {
    readonly name: string;
    readonly value: Json | undefined;
    readonly field: WorkerField | undefined;
    readonly path: DocumentPath;
  },
  { document, lenient }: EffectiveOptions,
): readonly Finding[] {
  const path = [...item.path, item.name];
  if (item.field === undefined) {
    // Generated files write every field; an empty one of a kind we do not support asks for nothing.
    if (isEmpty(item.value) && Object.hasOwn(UNSUPPORTED_FIELDS, item.name)) return [];
    return [unknownTopLevelField(item.name, path, document)].map((finding) => soften(finding, lenient));
  }
  if (item.field.scope === 'top-level' && item.path.length > 0) {
    const finding: Finding = {
      severity: 'error',
      code: 'misplaced-field',
      path: formatPath(path),
      place: document.place(path, 'key'),
      message: `\`${item.name}\` cannot stand in an environment; it belongs to the whole file.`,
      hint: `Move it to the top level.`,
    };
    return [soften(finding, lenient)];
  }
  return schemaFindings({ schema: item.field.schema, value: item.value, document, path }).map((finding) =>
    soften(finding, lenient),
  );
}

function soften(finding: Finding, lenient: boolean): Finding {
  const soft = ['unknown-field', 'misplaced-field', 'more-findings'].includes(finding.code);
  return lenient && soft ? { ...finding, severity: 'warning' } : finding;
}

function merge(top: Level, named: Level | null): EffectiveConfig {
  const values: Record<string, Json | undefined> = {};
  const paths: Record<string, DocumentPath> = {};
  const inherited = new Set<string>();
  for (const [name, { scope }] of WORKER_FIELDS) {
    const own = named !== null && scope !== 'top-level' && named.written.has(name);
    if (named !== null && !own && scope === 'environment') continue;
    const level = own ? named : top;
    if (!Object.hasOwn(level.values, name)) continue;
    values[name] = level.values[name];
    paths[name] = [...level.path, name];
    if (named !== null && !own) inherited.add(name);
  }
  // wrangler reads these two as "not given" when they are empty.
  for (const name of ['account_id', 'route']) if (values[name] === '') delete values[name];
  return { values, fields: values as PlainFields, paths, inherited };
}

function fieldsOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function isEmpty(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
