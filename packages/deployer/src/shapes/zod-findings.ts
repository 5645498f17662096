import type { z } from 'zod';
import { didYouMean } from '../findings/did-you-mean.ts';
import type { Finding } from '../findings/finding.ts';
import { FINDINGS_SHOWN, furtherFindings } from '../findings/limit-findings.ts';
import { formatPath } from '../findings/format-path.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { visible } from '../text/visible.ts';
import { knownKeys } from './known-keys.ts';
import { LOCAL_ONLY_NAMES } from './local-only-names.ts';
import { FIELD_SYNONYMS } from './synonyms.ts';
import { UNSUPPORTED_FIELDS } from './unsupported-fields.ts';
import { compact, fieldOf, type Json } from '../json.ts';
import { kindOf, shown } from './wording.ts';

/** A value to check, and where it stands. */
export interface CheckedValue {
  readonly schema: z.ZodType;
  readonly value: Json | undefined;
  readonly document: SourceDocument;
  /** Path of the value in the document. */
  readonly path: readonly (string | number)[];
}

/**
 * Checks a value against its schema: every mistake is a finding with its place, in words for someone who has never
 * seen the schema. Of very many mistakes the first are shown, and the others counted in one finding.
 */
export function schemaFindings(checked: CheckedValue): readonly Finding[] {
  const result = checked.schema.safeParse(checked.value);
  if (result.success) return [];
  const { issues } = result.error;
  const first = issues.slice(0, FINDINGS_SHOWN).flatMap((issue) => toFindings(issue, [], checked));
  return [...first, ...further(issues.length - FINDINGS_SHOWN, [], checked)];
}

function further(count: number, path: Path, checked: CheckedValue): readonly Finding[] {
  return furtherFindings(count, {
    path: formatPath([...checked.path, ...path]),
    place: checked.document.place([...checked.path, ...path], 'key'),
  });
}

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

function toFindings(issue: Issue, parent: Path, checked: CheckedValue): readonly Finding[] {
  const path: Path = [
    ...parent,
    ...issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
  ];
  if (issue.code === 'invalid_union') {
    const branch = bestBranch(issue.errors, valueAt(checked.value, path));
    if (branch !== null) return branch.flatMap((inner) => toFindings(inner, path, checked));
  }
  if (issue.code === 'unrecognized_keys') {
    const first = issue.keys.slice(0, FINDINGS_SHOWN).map((key) => unknownField(key, path, checked));
    return [...first, ...further(issue.keys.length - FINDINGS_SHOWN, path, checked)];
  }
  if (issue.code === 'invalid_key') {
    return [
      finding(checked, path, {
        code: 'invalid-value',
        what: 'key',
        sentence: `has a key that ${custom(issue.issues[0]?.message ?? '', 'is too long')}`,
      }),
    ];
  }
  const value = valueAt(checked.value, path);
  if (value === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
    return [missingField(path, checked)];
  }
  return [finding(checked, path, describeIssue(issue, value, path))];
}

/**
 * Of a union's branches the one the writer meant: the type fits, its choices (`type`, `state`) fit, and then the
 * fewest mistakes. Null: no branch even has the right type.
 */
function bestBranch(
  branches: readonly (readonly Issue[])[],
  value: Json | undefined,
): readonly Issue[] | null {
  const cost = (issues: readonly Issue[]): number =>
    issues.reduce((sum, issue) => {
      if (issue.path.length === 0 && issue.code === 'invalid_type') return sum + 100;
      if (issue.code === 'invalid_value') return sum + 10;
      return sum + 1;
    }, 0);
  const best = branches.toSorted((a, b) => cost(a) - cost(b))[0];
  return best === undefined || cost(best) >= 100 || value === undefined ? null : best;
}

function missingField(path: Path, checked: CheckedValue): Finding {
  const name = String(path.at(-1));
  const parent = path.slice(0, -1);
  return {
    severity: 'error',
    code: 'missing-field',
    path: formatPath([...checked.path, ...path]),
    place: checked.document.place([...checked.path, ...path]),
    message: `\`${formatPath([...checked.path, ...parent])}\` has no \`${name}\`, which is required.`,
    hint: `Add \`${name}\`.`,
  };
}

function unknownField(key: string, path: Path, checked: CheckedValue): Finding {
  const full = [...checked.path, ...path, key];
  const owner = formatPath([...checked.path, ...path]);
  const named = [...full].filter((part) => typeof part === 'string');
  const unsupported =
    ownEntry(UNSUPPORTED_FIELDS, named.slice(-2).join(`.`)) ??
    ownEntry(UNSUPPORTED_FIELDS, `${named.at(-3)}.*.${key}`);
  const base = {
    severity: LOCAL_ONLY_NAMES.has(key) ? ('warning' as const) : ('error' as const),
    path: formatPath(full),
    place: checked.document.place(full, 'key'),
  };
  if (unsupported !== undefined) {
    return {
      ...base,
      code: unsupported.dropped === true ? 'unknown-field' : 'unsupported-field',
      message: `\`${formatPath(full)}\` is refused: ${unsupported.why}`,
      hint: unsupported.hint,
    };
  }
  const known = knownKeys(checked.schema, path);
  const synonym = ownEntry(FIELD_SYNONYMS, key)?.find((name) => known.includes(name));
  const meant = synonym ?? didYouMean(key, known);
  return {
    ...base,
    code: 'unknown-field',
    message: `\`${visible(key)}\` is not a field of ${owner === '' ? 'this file' : `\`${owner}\``}.`,
    hint: meant === null ? `Remove it. Fields here are: ${known.join(', ')}.` : `Did you mean \`${meant}\`?`,
  };
}

interface Wording {
  readonly code: string;
  readonly sentence: string;
  readonly what?: 'key' | 'value';
  readonly hint?: string;
}

function describeIssue(issue: Issue, value: Json | undefined, path: Path): Wording {
  const got = shown(value, path);
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'int') {
        return { code: 'wrong-type', sentence: `must be a whole number, not ${got}` };
      }
      return {
        code: 'wrong-type',
        sentence: `must be ${kindName(issue.expected)}, not ${kindOf(value)}`,
        ...typeHint(issue.expected, value),
      };
    case 'invalid_value': {
      if (issue.message.startsWith('must')) return { code: 'invalid-value', sentence: issue.message };
      const choices = issue.values.map((choice) => JSON.stringify(choice));
      const meant =
        typeof value === 'string'
          ? didYouMean(
              value,
              issue.values.filter((choice) => typeof choice === 'string'),
            )
          : null;
      return {
        code: 'invalid-value',
        sentence: `must be ${choices.length === 1 ? choices[0] : `one of ${choices.join(', ')}`}, not ${got}`,
        ...(meant === null ? {} : { hint: `Did you mean "${meant}"?` }),
      };
    }
    case 'too_small':
      if (issue.origin === 'number') {
        return { code: 'out-of-range', sentence: `must be at least ${issue.minimum}, not ${got}` };
      }
      return { code: 'invalid-value', sentence: custom(issue.message, 'must not be empty') };
    case 'too_big':
      return { code: 'out-of-range', sentence: tooBig(issue, value, got) };
    case 'invalid_union':
      return { code: 'wrong-type', sentence: `has a value of the wrong type: ${kindOf(value)}` };
    default:
      return {
        code: 'invalid-value',
        sentence: `${custom(issue.message, 'has an invalid value')}, not ${got}`,
      };
  }
}

function tooBig(issue: z.core.$ZodIssueTooBig, value: unknown, got: string): string {
  if (issue.origin === 'string' && typeof value === 'string') {
    return `must have at most ${issue.maximum} characters, not ${value.length}`;
  }
  if (issue.origin === 'array' && Array.isArray(value)) {
    return `must have at most ${issue.maximum} entries, not ${value.length}`;
  }
  return `must be at most ${issue.maximum}, not ${got}`;
}

/** What to do about a value of the wrong type, for the usual confusions. */
function typeHint(expected: string, value: Json | undefined): { readonly hint?: string } {
  if (value instanceof Date) return { hint: 'Put the date between double quotes.' };
  if (expected === 'array') return { hint: 'Put the value between [ and ].' };
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return { hint: 'Put the value between double quotes.' };
  }
  if ((expected === 'boolean' || expected === 'number') && typeof value === 'string') {
    return { hint: 'Remove the quotes.' };
  }
  if (expected === 'object' && Array.isArray(value))
    return { hint: 'There can be one only: remove the [ and ].' };
  return {};
}

/** Our own messages complete a sentence and begin with "must"; zod's do not. */
function custom(message: string, otherwise: string): string {
  return message.startsWith('must') ? message : otherwise;
}

function kindName(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text in double quotes',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list [ … ]',
    object: 'an object { … }',
    record: 'an object { … }',
  };
  return names[expected] ?? expected;
}

function finding(checked: CheckedValue, path: Path, wording: Wording): Finding {
  const full = [...checked.path, ...path];
  return {
    severity: 'error',
    code: wording.code,
    path: formatPath(full),
    place: checked.document.place(full, wording.what ?? 'value'),
    message: `\`${formatPath(full)}\` ${wording.sentence}.`,
    ...compact({ hint: wording.hint }),
  };
}

function valueAt(root: Json | undefined, path: Path): Json | undefined {
  return path.reduce(fieldOf, root);
}

function ownEntry<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
