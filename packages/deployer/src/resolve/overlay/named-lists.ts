import { z } from 'zod';
import { BINDING_MODULES } from '../../bindings/registry.ts';

/** Lists whose items are told apart by a name, and the field that holds it, where it is not `binding`. */
const NAME_FIELDS: Readonly<Record<string, string>> = {
  send_email: 'name',
  ratelimits: 'name',
  'durable_objects.bindings': 'name',
  'unsafe.bindings': 'name',
  'logfwdr.bindings': 'name',
  'queues.producers': 'binding',
  'queues.consumers': 'queue',
  tail_consumers: 'service',
  streaming_tail_consumers: 'service',
};

/** Sections that are lists of bindings. */
const LISTS: ReadonlySet<string> = new Set(
  BINDING_MODULES.flatMap(({ section, schema }) =>
    section !== null && schema instanceof z.ZodArray ? [section] : [],
  ),
);

/** The field that names the items of this list of the wrangler file; null for anything without names. */
export function nameField(path: readonly string[]): string | null {
  const known = NAME_FIELDS[path.join('.')];
  if (known !== undefined) return known;
  return path.length === 1 && LISTS.has(path[0] ?? '') ? 'binding' : null;
}
