import { didYouMean } from '../../findings/did-you-mean.ts';
import type { Finding } from '../../findings/finding.ts';
import { formatPath } from '../../findings/format-path.ts';
import { nameField } from './named-lists.ts';
import { isObject, type Json } from '../../json.ts';
import { itemsOf, listOf, part, type Traced, withPart } from './traced.ts';

/** What one merge may look at and say. */
export interface MergeContext {
  /** Names that other environments of the Worker have at this path: not every one has to have all. */
  readonly elsewhere: (path: readonly string[]) => readonly string[];
  /** `the top level of workers/api/wrangler.jsonc`. */
  readonly where: string;
  readonly findings: Finding[];
}

/**
 * Merges what differs into a field of the wrangler file. Items with a name merge by it, variables and objects by key;
 * `null` removes; a list without names is replaced, or added to as `{ "add": [ … ] }`; anything else is replaced.
 *
 * @param path of the field in its environment: `['queues', 'producers']`
 */
export function mergeField(
  target: Traced,
  patch: Traced,
  path: readonly string[],
  context: MergeContext,
): Traced {
  if (patch.value === null) {
    if (target.value === undefined) lacking(patch, path, [], context);
    return { ...target, value: undefined };
  }
  const name = nameField(path);
  if (name !== null) return mergeNamed(target, patch, { path, name }, context);
  if (isAddition(patch.value)) return addTo(target, patch);
  if (path[0] === 'vars' && path.length > 1) return patch;
  if (!isObject(patch.value) || (target.value !== undefined && !isObject(target.value))) return patch;
  const strict = path[0] === 'vars';
  let merged: Traced = target.value === undefined ? { ...patch, value: {} } : target;
  for (const key of Object.keys(patch.value)) {
    const before = part(merged, key);
    const below = [...path, key];
    if (strict && before.value === undefined) {
      lacking(part(patch, key), path, keysOf(target.value), context);
      continue;
    }
    merged = withPart(merged, key, mergeField(before, part(patch, key), below, context));
  }
  return merged;
}

function mergeNamed(
  target: Traced,
  patch: Traced,
  { path, name }: { readonly path: readonly string[]; readonly name: string },
  context: MergeContext,
): Traced {
  const items = itemsOf(target).map((item) => ({ id: part(item, name).value, item: item as Traced | null }));
  for (const { id, change } of changesOf(patch, name)) {
    const found = items.find((each) => each.id === id && each.item !== null);
    if (found === undefined || found.item === null) {
      const known = items.map((each) => each.id).filter((each) => typeof each === 'string');
      lacking(change, path, known, context, id);
      continue;
    }
    found.item = change.value === null ? null : mergeItem(found.item, change);
  }
  const kept = items.flatMap(({ item }) => (item === null ? [] : [item]));
  return kept.length === 0 && target.value === undefined ? target : listOf(kept, target.source);
}

/** Changes by name: `{ "CACHE": { "id": … } }`, or a list as the wrangler file has it. */
function changesOf(patch: Traced, name: string): readonly { readonly id: string; readonly change: Traced }[] {
  if (isObject(patch.value)) return Object.keys(patch.value).map((id) => ({ id, change: part(patch, id) }));
  return itemsOf(patch).map((change) => ({ id: String(part(change, name).value), change }));
}

function mergeItem(item: Traced, change: Traced): Traced {
  if (!isObject(change.value)) return change;
  let merged = item;
  for (const key of Object.keys(change.value)) {
    const field = part(change, key);
    const before = part(merged, key);
    const next =
      field.value === null
        ? { ...before, value: undefined }
        : isObject(field.value) && isObject(before.value)
          ? mergeItem(before, field)
          : field;
    merged = withPart(merged, key, next);
  }
  return merged;
}

function isAddition(value: Json | undefined): value is { readonly add: readonly Json[] } {
  return isObject(value) && Object.keys(value).length === 1 && Array.isArray(value['add']);
}

function addTo(target: Traced, patch: Traced): Traced {
  const added = part(patch, 'add');
  return target.value === undefined ? added : listOf([...itemsOf(target), ...itemsOf(added)], target.source);
}

/** Says that an overlay is about something the Worker does not have, unless another environment has it. */
function lacking(
  patch: Traced,
  path: readonly string[],
  known: readonly string[],
  context: MergeContext,
  id = String(patch.source.path.at(-1)),
): void {
  const elsewhere = context.elsewhere(path);
  if (elsewhere.includes(id)) return;
  const names = [...new Set([...known, ...elsewhere])];
  const meant = didYouMean(id, names);
  const { document, path: at } = patch.source;
  const hint =
    meant !== null
      ? `Did you mean "${meant}"?`
      : names.length === 0
        ? 'Add it to the Worker itself, or take it off here.'
        : `It has ${names.join(', ')}. Add it to the Worker itself, or take it off here.`;
  context.findings.push({
    severity: 'error',
    code: 'overlay-patches-nothing',
    path: formatPath(at),
    place: document.place(at, 'key'),
    message: `\`${formatPath(path)}\` of ${context.where} has no "${id.slice(0, 64)}" that could differ.`,
    hint,
  });
}

function keysOf(value: Json | undefined): readonly string[] {
  return isObject(value) ? Object.keys(value) : [];
}
