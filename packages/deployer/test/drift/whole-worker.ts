import { bindingTarget, normaliseBinding } from '../../src/bindings/convert.ts';
import type { WorkerBinding } from '../../src/bindings/binding.ts';
import type { Json, JsonObject } from '../../src/json.ts';
import { BINDING_ROWS } from '../support/binding-rows.ts';
import { ACCOUNT, HEALTHY, tenantFile, type TestProject } from '../support/project.ts';
import { dashboardOf } from './dashboard.ts';
import { varied } from './varied.ts';

/** A kind of binding as the Worker that has everything binds it. */
export interface Bound {
  readonly name: string;
  /** Key of the file. */
  readonly section: string;
  /** What the file says: the whole section with this binding alone. */
  readonly value: Json;
  readonly uploaded: WorkerBinding;
}

/** Kinds without a row of their own here: kept as they are live, or told by other parts of the file. */
const OTHERWISE: ReadonlySet<string> = new Set(['inherit', 'assets', 'workflow', 'future']);

/** Every row of every kind, each under a name of its own. A new kind in the rows is in it. */
export const BOUND: readonly Bound[] = BINDING_ROWS.filter(
  ([, , { type, ...fields }]) => !OTHERWISE.has(type) && fields['database_name'] === undefined,
).map(([section, value, uploaded], index) => {
  const name = `${uploaded.type.toUpperCase()}_${index}`;
  return { name, section, value: named(value, name), uploaded: { ...uploaded, name } };
});

/** Each row calls its binding A, under `binding`, `name` or as the key of a variable. */
function named(value: Json, name: string): Json {
  if (Array.isArray(value)) return value.map((item) => named(item as Json, name));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === 'A') return [name, item as Json];
      return [key, item === 'A' ? name : named(item as Json, name)];
    }),
  );
}

/** The sections with all these bindings. A section of one value has the first. */
export function sectionsOf(bound: readonly Bound[]): JsonObject {
  return joinedSections(bound.map(({ section, value }) => ({ [section]: value })));
}

/** All these sections in one file. */
export function joinedSections(parts: readonly JsonObject[]): JsonObject {
  const sections: Record<string, Json> = {};
  for (const part of parts) {
    for (const [section, value] of Object.entries(part))
      sections[section] = joined(sections[section], value as Json);
  }
  return sections;
}

function joined(one: Json | undefined, other: Json): Json {
  if (one === undefined) return other;
  if (Array.isArray(one) && Array.isArray(other)) return [...(one as Json[]), ...(other as Json[])];
  const fields = { ...(one as JsonObject) };
  for (const [key, value] of Object.entries(other as JsonObject))
    fields[key] = joined(fields[key], value as Json);
  return fields;
}

export const SOURCE = `${HEALTHY.replace('export default {', 'export default { queue() {}, scheduled() {},')}
export class Room {}
export class Roomx {}
export class Import {}
`;

/** Everything else that a file can say of a Worker. */
export const REST = {
  name: 'acme',
  main: 'src/index.js',
  // The code is not what this is about, and bundling it takes longer than all the rest.
  no_bundle: true,
  compatibility_date: '2026-02-01',
  compatibility_flags: ['global_navigator'],
  workers_dev: true,
  preview_urls: false,
  limits: { cpu_ms: 50, subrequests: 100 },
  placement: { mode: 'smart' },
  cache: { enabled: true, cross_version_cache: true },
  logpush: true,
  observability: {
    enabled: true,
    head_sampling_rate: 0.5,
    redact_query_string: true,
    logs: { enabled: true, head_sampling_rate: 0.5, invocation_logs: false, persist: false },
    traces: { enabled: true, head_sampling_rate: 0.5, persist: false },
    issues: { enabled: true },
  },
  tail_consumers: [{ service: 'other' }],
  streaming_tail_consumers: [{ service: 'other' }],
  migrations: [{ tag: 'v1', new_sqlite_classes: ['Room', 'Roomx'] }],
  triggers: { crons: ['0 1 * * *', '0 2 * * *'] },
  routes: [
    { pattern: 'example.com/one/*', zone_name: 'example.com' },
    { pattern: 'example.com/two/*', zone_name: 'example.com' },
    { pattern: 'app.example.com', custom_domain: true, enabled: true, previews_enabled: false },
  ],
  queues: {
    consumers: [
      {
        queue: 'jobs',
        max_batch_size: 5,
        max_batch_timeout: 2,
        max_retries: 4,
        max_concurrency: 3,
        retry_delay: 7,
        dead_letter_queue: 'dead',
      },
      { queue: 'pulled', type: 'http_pull', visibility_timeout_ms: 5_000 },
    ],
  },
  workflows: [
    {
      binding: 'IMPORT',
      name: 'import',
      class_name: 'Import',
      limits: { steps: 10 },
      concurrency: { limit: 2 },
      schedules: ['0 5 * * *'],
      default_retention: { success_retention: '1 day' },
    },
  ],
  assets: {
    directory: 'public',
    binding: 'ASSETS',
    html_handling: 'none',
    not_found_handling: '404-page',
    run_worker_first: true,
  },
} as const;

/** A file that says next to nothing. */
export const BASE: JsonObject = {
  name: 'acme',
  main: 'src/index.js',
  no_bundle: true,
  compatibility_date: '2026-02-01',
  migrations: [{ tag: 'v1', new_sqlite_classes: ['Room', 'Roomx'] }],
};

/** The file of the Worker that has everything, in plain JSON. */
export const WHOLE: JsonObject = {
  ...(JSON.parse(JSON.stringify(REST)) as JsonObject),
  ...sectionsOf(BOUND),
  queues: joined(sectionsOf(BOUND)['queues'], JSON.parse(JSON.stringify(REST.queues)) as Json),
};

/** Its tenant: nobody asks the Worker, and one secret has a value here. */
export const TENANT = tenantFile('acme', { healthCheck: false, requiredSecrets: ['API_KEY'] });

/** Makes everything exist that the bindings point at, and that their varied forms point at. */
export async function furnish(project: TestProject): Promise<void> {
  const { admin } = project.emulator;
  const workers = new Set(['other']);
  for (const { uploaded } of BOUND) {
    for (const binding of [uploaded, varied(uploaded, '') as WorkerBinding]) {
      const fields: WorkerBinding = { ...binding, type: uploaded.type };
      const target = bindingTarget(normaliseBinding(fields, { scriptName: 'acme' }));
      if (target?.kind === 'worker') workers.add(target.id);
      else if (target !== null && target.kind !== 'r2-bucket')
        await admin.seed(seedOf(target.kind, target.id));
      const [store, certificate, script] = [
        fields['store_id'],
        fields['certificate_id'],
        fields['script_name'],
      ];
      if (typeof script === 'string') workers.add(script);
      if (typeof certificate === 'string') {
        await admin.seed({ certificates: [{ accountId: ACCOUNT, id: certificate }] });
      }
      if (typeof store === 'string') {
        await admin.seed({ secretsStores: [{ accountId: ACCOUNT, id: store, secrets: ['n', 'nx'] }] });
      }
      if (fields.type === 'dispatch_namespace') {
        await admin.seed({ dispatchNamespaces: [{ accountId: ACCOUNT, name: String(fields['namespace']) }] });
      }
    }
  }
  await admin.seed({
    zones: [
      { accountId: ACCOUNT, name: 'example.com' },
      { accountId: ACCOUNT, name: 'example.org' },
    ],
    r2Buckets: ['bucket', 'bucketx'].flatMap((name) =>
      ['default', 'eu', 'fedramp'].map((jurisdiction) => ({ accountId: ACCOUNT, name, jurisdiction })),
    ),
    queues: ['jobs', 'jobsx', 'dead', 'deadx', 'pulled', 'pulledx'].map((name) => ({
      accountId: ACCOUNT,
      name,
    })),
  });
  for (const name of workers) await makeWorker(project, name);
}

function seedOf(kind: string, id: string): Parameters<TestProject['emulator']['admin']['seed']>[0] {
  const entry = { accountId: ACCOUNT, id, name: id, uuid: id };
  const lists: Readonly<Record<string, string>> = {
    'kv-namespace': 'kvNamespaces',
    'd1-database': 'd1Databases',
    queue: 'queues',
    'vectorize-index': 'vectorizeIndexes',
    'hyperdrive-config': 'hyperdriveConfigs',
    'dispatch-namespace': 'dispatchNamespaces',
  };
  const list = lists[kind];
  if (list === undefined) throw new Error(`Say here how a ${kind} is made.`);
  return { [list]: [kind === 'queue' ? { accountId: ACCOUNT, name: id } : entry] };
}

/** Another Worker of the account, with the class that bindings to it name. */
async function makeWorker(project: TestProject, name: string): Promise<void> {
  const form = new FormData();
  const classes = ['Room', 'Roomx'];
  form.set(
    'metadata',
    JSON.stringify({
      main_module: 'w.js',
      migrations: { new_tag: 'v1', steps: [{ new_sqlite_classes: classes }] },
    }),
  );
  const code = `export default { fetch() { return new Response(); }, tail() {} };\n${[...classes, 'E', 'Ex', 'Entry'].map((one) => `export class ${one} {}`).join('\n')}`;
  form.set('w.js', new File([code], 'w.js', { type: 'application/javascript+module' }));
  await dashboardOf(project).form('PUT', `/workers/scripts/${name}`, form);
}
