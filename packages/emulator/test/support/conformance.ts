import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

interface Operation {
  response?: object;
  request?: object;
  raw?: boolean;
  query: string[];
}

const document = JSON.parse(
  readFileSync(new URL('../fixtures/openapi-workers.json', import.meta.url), 'utf8'),
) as { operations: Record<string, Operation>; components: object };

/** Operations of the published document, as `METHOD /path/{parameter}`. */
export const publishedOperations: readonly string[] = Object.keys(document.operations);

/**
 * Places where the emulator knowingly differs from the published document, because clients (or live answers) show
 * another shape.
 */
export const DEVIATIONS: { operation: RegExp; path: RegExp; reason: string }[] = [
  {
    operation: /^(?:GET|POST) .*\/versions(?:\/\{version_id\})?$/,
    path: /^\/result\/resources\/bindings/,
    reason: 'Typed as an object; on the wire it is an array, which wrangler reads.',
  },
  {
    operation: /bulk\/get$/,
    path: /^\/result(?:\/values.*)?$/,
    reason:
      'Keys that are absent come back as null, as the KV documentation shows; the published type has no null.',
  },
  {
    operation: /./,
    path: /\/usage_model$/,
    reason: 'The pattern is of 2024 and knows bundled and unbound only; today every Worker is "standard".',
  },
];

// The published document marks nullable fields in OpenAPI 3.0 style, and uses formats only as hints.
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, schemas: [] });
addFormats.default(ajv);
ajv.addSchema({ $id: 'openapi', components: jsonSchema(document.components) } as object);
const compiled = new Map<string, ReturnType<Ajv['compile']>>();

/** The published operation a request belongs to. */
export function operationOf(method: string, path: string): string | undefined {
  const candidates = publishedOperations.filter((operation) => matches(operation, method, path));
  // Literal segments beat parameters: `…/versions/latest` over `…/versions/{version_id}`.
  return candidates.toSorted((a, b) => a.split('{').length - b.split('{').length)[0];
}

/** What in a successful answer differs from the operation's published schema, except known deviations. */
export function differences(operation: string, body: unknown): string[] {
  const schema = document.operations[operation]?.response;
  if (schema === undefined) return [];
  return validate(`${operation} response`, schema, body).filter(
    (difference) =>
      !DEVIATIONS.some((known) => known.operation.test(operation) && known.path.test(pathOf(difference))),
  );
}

/** What in a JSON request differs from the operation's published schema. */
export function requestDifferences(operation: string, body: unknown): string[] {
  const schema = document.operations[operation]?.request;
  return schema === undefined ? [] : validate(`${operation} request`, schema, body);
}

const UPLOAD_METADATA: Record<string, string> = {
  'PUT /accounts/{account_id}/workers/scripts/{script_name}': 'workers_scripts.ScriptUpdateParams.Metadata',
  'POST /accounts/{account_id}/workers/scripts/{script_name}/versions':
    'workers_scripts_versions.VersionCreateParams.Metadata',
};

/** What in the `metadata` part of an upload differs from the operation's published schema. */
export function metadataDifferences(operation: string, metadata: object): string[] {
  const name = UPLOAD_METADATA[operation];
  if (name === undefined) throw new Error(`${operation} takes no metadata.`);
  const schema = document.components as { schemas: Record<string, { properties: object }> };
  const known = Object.keys(schema.schemas[name]?.properties ?? {});
  const unknown = Object.keys(metadata)
    .filter((key) => !known.includes(key))
    .map((key) => `${operation} metadata: unknown ${key}`);
  return [
    ...unknown,
    ...validate(`${operation} metadata`, { $ref: `#/components/schemas/${name}` }, metadata),
  ];
}

/** Query parameters of a request that the operation does not publish. */
export function unknownQuery(operation: string, query: URLSearchParams): string[] {
  const known = document.operations[operation]?.query ?? [];
  return [...query.keys()].filter((name) => !known.includes(name));
}

/** The place a difference names. */
function pathOf(difference: string): string {
  return /(?:request|response): (\S+)/.exec(difference)?.[1] ?? '';
}

function validate(key: string, schema: object, body: unknown): string[] {
  let check = compiled.get(key);
  if (check === undefined) {
    const text = JSON.stringify(jsonSchema(schema)).replaceAll('#/components', 'openapi#/components');
    check = ajv.compile(JSON.parse(text) as object);
    compiled.set(key, check);
  }
  if (check(body) === true) return [];
  return (check.errors ?? []).map((error) => `${key}: ${error.instancePath || '/'} ${error.message ?? ''}`);
}

/** OpenAPI 3.0's `nullable` in JSON Schema's words. */
function jsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(jsonSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, jsonSchema(value)]),
  );
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}

function matches(operation: string, method: string, path: string): boolean {
  const [operationMethod, template = ''] = operation.split(' ');
  if (operationMethod !== method) return false;
  const pattern = template.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}
