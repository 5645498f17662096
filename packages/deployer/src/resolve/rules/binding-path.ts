import type { Json, JsonObject } from '../../json.ts';
import type { DocumentPath } from '../../findings/format-path.ts';

/**
 * Path of a binding in its section: of the field that holds its name, or of its key for sections keyed by name.
 *
 * @param occurrence which one of several with this name, from 0
 */
export function bindingPath(
  section: string,
  value: Json | undefined,
  name: string,
  occurrence = 0,
): DocumentPath {
  const found = search(value, [section], name);
  return found[occurrence] ?? found[0] ?? [section];
}

function search(value: Json | undefined, path: DocumentPath, name: string): readonly DocumentPath[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => search(item, [...path, index], name));
  const record = value as JsonObject;
  if (path[0] === 'vars') return Object.hasOwn(record, name) ? [[...path, name]] : [];
  for (const key of ['binding', 'name']) if (record[key] === name) return [[...path, key]];
  // `queues.producers`, `durable_objects.bindings`: the list is one level down.
  if (path.length > 1) return [];
  return Object.entries(record).flatMap(([key, item]) => search(item, [...path, key], name));
}
