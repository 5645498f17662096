import type { DocumentPath } from '../findings/format-path.ts';
import { formatPath } from '../findings/format-path.ts';
import type { ResolvedInput } from './resolve-parts.ts';
import type { Json } from '../json.ts';
import type { Origin } from './resolved-worker.ts';

/** Fields whose value comes from us when the file does not say; `cf-deploy config` prints them as defaults. */
const DEFAULTED = [
  'workers_dev',
  'compatibility_flags',
  'minify',
  'keep_names',
  'no_bundle',
  'preserve_file_names',
  'upload_source_maps',
  'keep_vars',
  'durable_objects.code_update_strategy',
] as const;

/**
 * Where every value of a resolved worker comes from. Keys are paths of the wrangler file without the environment's
 * prefix (`vars.STAGE`), and of tenant.config.json with the prefix `tenant.` (`tenant.healthCheck.path`).
 */
export function originsOf(input: ResolvedInput): Readonly<Record<string, Origin>> {
  const origins: Record<string, Origin> = {};
  for (const [field, value] of Object.entries(input.config.values)) {
    const base = input.config.paths[field] ?? [field];
    const inherited = input.config.inherited.has(field);
    for (const below of leaves(value)) {
      const path = [...base, ...below];
      const layer = input.worker.layer?.(path) ?? 'file';
      const own = layer === 'file' || layer === 'base';
      origins[formatPath([field, ...below])] = {
        from: own && inherited ? 'inherited' : layer,
        place: input.worker.place(path),
      };
    }
  }
  for (const field of DEFAULTED) if (!(field in origins)) origins[field] = { from: 'default' };
  const { tenantFile } = input.tenant;
  if (tenantFile !== null) {
    const from = definitionOrigin(input);
    for (const below of leaves(tenantFile.value)) {
      origins[formatPath(['tenant', ...below])] = { from, place: tenantFile.place(below) };
    }
  }
  const { healthCheck, labels, traffic } = input.project;
  for (const below of leaves({ healthCheck, labels, traffic })) {
    const key = formatPath(['tenant', ...below]);
    if (below.length > 1 && !(key in origins)) origins[key] = { from: 'project' };
  }
  return origins;
}

function definitionOrigin({ tenant }: ResolvedInput): Origin['from'] {
  const { from = 'folder' } = tenant;
  if (from === 'plain') return 'default';
  return from === 'folder' ? 'file' : from;
}

/** Paths of the scalars in a value; of the value itself when it holds none. */
function leaves(value: Json | undefined): readonly DocumentPath[] {
  if (typeof value !== 'object' || value === null) return [[]];
  const entries: readonly (readonly [string | number, Json | undefined])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  if (entries.length === 0) return [[]];
  return entries.flatMap(([key, item]) => leaves(item).map((below) => [key, ...below]));
}
