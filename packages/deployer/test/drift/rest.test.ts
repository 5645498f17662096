import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCRIPT_SETTINGS, VERSION_SETTINGS } from '../../../emulator/src/settings/table.ts';
import { SETTING_FIELDS } from '../../src/resolve/schema/setting-fields.ts';
import { WORKER_FIELDS } from '../../src/resolve/schema/worker-fields.ts';
import { BINDING_MODULES } from '../../src/bindings/registry.ts';
import type { Json, JsonObject } from '../../src/json.ts';
import { SCRIPT, type Dashboard } from './dashboard.ts';
import { FILE_EDITS } from './file-edits.ts';
import { halves, numbered, rounds } from './rounds.ts';
import { openScene, type Scene } from './scene.ts';
import { leavesOf, varied, withValue, type Path } from './varied.ts';
import { BASE, REST, SOURCE, TENANT } from './whole-worker.ts';

let scene: Scene;
let zoneId: string;
let otherZone: string;
beforeAll(async () => {
  scene = await openScene();
  const zones = (await scene.dashboard.call('GET', '/zones')) as { id: string; name: string }[];
  zoneId = zones.find(({ name }) => name === 'example.com')?.id ?? '';
  otherZone = zones.find(({ name }) => name === 'example.org')?.id ?? '';
});
afterAll(() => scene.close());

const FILE = JSON.parse(JSON.stringify(REST)) as JsonObject;

/** A change through the API, and the differences that it must make. */
type LiveEdit = readonly [what: string, edit: (by: Dashboard) => Promise<unknown>, paths: readonly string[]];

const settings =
  (fields: JsonObject) =>
  (by: Dashboard): Promise<unknown> =>
    by.settings(fields);
const scripted =
  (fields: JsonObject) =>
  (by: Dashboard): Promise<unknown> =>
    by.call('PATCH', `${SCRIPT}/script-settings`, fields);

/** Other values of the settings that the API can edit, by name (a switch of the script needs none); each leaf of what the file says is varied besides. */
const SETTINGS: Readonly<Record<string, { readonly path: string; readonly values: readonly Json[] }>> = {
  observability: {
    path: 'settings.observability',
    values: [
      { enabled: false },
      ...leavesOf(FILE['observability'] ?? null).map(([at, leaf]) =>
        withValue(FILE['observability'] ?? null, at, typeof leaf === 'number' ? leaf / 2 : varied(leaf, '')),
      ),
    ],
  },
  tags: { path: '', values: [] },
  tail_consumers: {
    path: 'settings.tail_consumers',
    values: [
      [],
      [{ service: 's' }],
      [{ service: 'other' }, { service: 's' }],
      [{ service: 'other', environment: 'staging' }],
    ],
  },
  compatibility_date: { path: 'runtime.compatibility_date', values: ['2026-01-15'] },
  compatibility_flags: {
    path: 'runtime.compatibility_flags',
    values: [[], ['global_navigator', 'nodejs_als']],
  },
  usage_model: { path: '', values: [] },
  limits: {
    path: 'runtime.limits',
    values: [{ cpu_ms: 50 }, { cpu_ms: 51, subrequests: 100 }, { cpu_ms: 50, subrequests: 101 }],
  },
  placement: {
    path: 'runtime.placement',
    values: [{ mode: 'off' }, { region: 'aws:us-east-1' }, { hostname: 'db.example.com' }],
  },
  cache_options: {
    path: 'runtime.cache_options',
    values: [{ enabled: false }, { enabled: true, cross_version_cache: false }],
  },
};

/** How the API's name of a setting is written in the file. */
const SETTING_EDITS: readonly LiveEdit[] = [
  ...Object.values(SCRIPT_SETTINGS),
  ...Object.values(VERSION_SETTINGS),
]
  .filter(({ editable }) => editable)
  .flatMap(({ name, initial }): readonly LiveEdit[] => {
    const off = typeof initial === 'boolean' ? { path: `settings.${name}`, values: [initial] } : undefined;
    const row = SETTINGS[name] ?? off;
    if (row === undefined) throw new Error(`Say in SETTINGS what else ${name} may be.`);
    return row.values.map(
      (value) =>
        [`sets ${name} to ${JSON.stringify(value)}`, settings({ [name]: value }), [row.path]] as const,
    );
  });

/** What a change of a switch of the script must be told as; nothing for any other field. */
const ofSwitch = ([field = '']: Path): readonly string[] =>
  Object.hasOwn(SETTING_FIELDS, field) && typeof FILE[field] === 'boolean' ? [`settings.${field}`] : [];

const consumerOf = async (by: Dashboard, queue: string): Promise<{ path: string; consumer: JsonObject }> => {
  const queues = (await by.call('GET', '/queues')) as {
    queue_id: string;
    queue_name: string;
    consumers: JsonObject[];
  }[];
  const found = queues.find(({ queue_name: name }) => name === queue);
  const consumer = found?.consumers[0] ?? {};
  return { path: `/queues/${found?.queue_id}/consumers`, consumer };
};
const consumer =
  (queue: string, fields: JsonObject, settingsOf: JsonObject = {}) =>
  async (by: Dashboard): Promise<unknown> => {
    const { path, consumer: old } = await consumerOf(by, queue);
    const { type, settings: before, dead_letter_queue: dead } = old;
    return by.call('PUT', `${path}/${String(old['consumer_id'])}`, {
      type: type ?? 'worker',
      ...(type === 'http_pull' ? {} : { script_name: 'acme' }),
      ...(dead === undefined || dead === null ? {} : { dead_letter_queue: dead }),
      ...fields,
      settings: { ...(before as JsonObject), ...settingsOf },
    });
  };
const routeOf = async (by: Dashboard, pattern: string): Promise<string> => {
  const routes = (await by.call('GET', `/zones/${zoneId}/workers/routes`)) as {
    id: string;
    pattern: string;
  }[];
  return `/zones/${zoneId}/workers/routes/${routes.find((route) => route.pattern === pattern)?.id}`;
};
const domain =
  (fields: JsonObject) =>
  (by: Dashboard): Promise<unknown> =>
    by.call('PUT', `${SCRIPT}/domains/records`, {
      override_existing_origin: true,
      override_existing_dns_record: true,
      origins: [{ hostname: 'app.example.com', zone_name: 'example.com', ...fields }],
    });
const detach = async (by: Dashboard): Promise<unknown> => {
  const [found] = (await by.call('GET', '/workers/domains')) as { id: string }[];
  return by.call('DELETE', `/workers/domains/${found?.id}`);
};

const LIVE: readonly LiveEdit[] = [
  ...SETTING_EDITS,
  ['switches logpush off in place', scripted({ logpush: false }), ['settings.logpush']],
  ['switches observability off in place', scripted({ observability: null }), ['settings.observability']],
  [
    'switches workers.dev off',
    (by) => by.call('POST', `${SCRIPT}/subdomain`, { enabled: false, previews_enabled: false }),
    ['workersDev.enabled'],
  ],
  [
    'switches preview URLs on',
    (by) => by.call('POST', `${SCRIPT}/subdomain`, { enabled: true, previews_enabled: true }),
    ['workersDev.previews_enabled'],
  ],
  [
    'adds a cron',
    (by) =>
      by.call('PUT', `${SCRIPT}/schedules`, [
        { cron: '0 1 * * *' },
        { cron: '0 2 * * *' },
        { cron: '0 3 * * *' },
      ]),
    ['crons[0 3 * * *]'],
  ],
  [
    'removes a cron',
    (by) => by.call('PUT', `${SCRIPT}/schedules`, [{ cron: '0 1 * * *' }]),
    ['crons[0 2 * * *]'],
  ],
  [
    'removes all crons',
    (by) => by.call('PUT', `${SCRIPT}/schedules`, []),
    ['crons[0 1 * * *]', 'crons[0 2 * * *]'],
  ],
  [
    'adds a route',
    (by) =>
      by.call('POST', `/zones/${zoneId}/workers/routes`, { pattern: 'example.com/three/*', script: 'acme' }),
    ['routes[example.com/three/*]'],
  ],
  [
    'adds a route in another zone',
    (by) =>
      by.call('POST', `/zones/${otherZone}/workers/routes`, { pattern: 'example.org/*', script: 'acme' }),
    ['routes[example.org/*]'],
  ],
  [
    'removes a route',
    async (by) => by.call('DELETE', await routeOf(by, 'example.com/one/*')),
    ['routes[example.com/one/*]'],
  ],
  [
    'changes the pattern of a route',
    async (by) =>
      by.call('PUT', await routeOf(by, 'example.com/one/*'), {
        pattern: 'example.com/uno/*',
        script: 'acme',
      }),
    ['routes[example.com/one/*]', 'routes[example.com/uno/*]'],
  ],
  ['switches a custom domain off', domain({ enabled: false }), ['customDomains[app.example.com].enabled']],
  [
    'switches previews of a custom domain on',
    domain({ enabled: true, previews_enabled: true }),
    ['customDomains[app.example.com].previews_enabled'],
  ],
  ['detaches a custom domain', detach, ['customDomains[app.example.com]']],
  [
    'attaches another custom domain',
    (by) =>
      by.call('PUT', '/workers/domains', {
        hostname: 'new.example.com',
        service: 'acme',
        zone_id: zoneId,
        environment: 'production',
      }),
    ['customDomains[new.example.com]'],
  ],
  ...(['batch_size', 'max_retries', 'max_wait_time_ms', 'max_concurrency', 'retry_delay'] as const).map(
    (setting): LiveEdit => [
      `changes ${setting} of a consumer`,
      consumer('jobs', {}, { [setting]: 9 }),
      [`queueConsumers.jobs.${setting}`],
    ],
  ),
  [
    'changes the dead-letter queue of a consumer',
    consumer('jobs', { dead_letter_queue: 'deadx' }),
    ['queueConsumers.jobs.dead_letter_queue'],
  ],
  [
    'changes the time-out of a pull consumer',
    consumer('pulled', {}, { visibility_timeout_ms: 9_000 }),
    ['queueConsumers.pulled.visibility_timeout_ms'],
  ],
  [
    'removes a consumer',
    async (by) => {
      const { path, consumer: found } = await consumerOf(by, 'jobs');
      return by.call('DELETE', `${path}/${String(found['consumer_id'])}`);
    },
    ['queueConsumers.jobs'],
  ],
  [
    'removes a pull consumer',
    async (by) => {
      const { path, consumer: found } = await consumerOf(by, 'pulled');
      return by.call('DELETE', `${path}/${String(found['consumer_id'])}`);
    },
    ['queueConsumers.pulled'],
  ],
  [
    'adds a consumer',
    async (by) =>
      by.call('POST', (await consumerOf(by, 'jobsx')).path, {
        type: 'worker',
        script_name: 'acme',
        settings: {},
      }),
    ['queueConsumers.jobsx'],
  ],
  ['deletes a workflow', (by) => by.call('DELETE', '/workflows/import'), ['workflows.import']],
  [
    'gives a workflow another class',
    (by) => by.call('PUT', '/workflows/import', { script_name: 'acme', class_name: 'Room' }),
    ['workflows.import.class_name'],
  ],
  [
    'adds a workflow',
    (by) => by.call('PUT', '/workflows/more', { script_name: 'acme', class_name: 'Import' }),
    ['workflows.more'],
  ],
  ['deletes a secret', (by) => by.call('DELETE', `${SCRIPT}/secrets/API_KEY`), ['secrets.API_KEY']],
  [
    'adds a secret',
    (by) => by.call('PUT', `${SCRIPT}/secrets`, { name: 'EXTRA', text: 'v', type: 'secret_text' }),
    ['secrets.EXTRA'],
  ],
  [
    'changes the value of a secret',
    (by) => by.call('PUT', `${SCRIPT}/secrets`, { name: 'API_KEY', text: 'other', type: 'secret_text' }),
    [],
  ],
  [
    'removes a binding',
    (by) => by.bindings((all) => all.filter(({ name }) => name !== 'IMPORT')),
    ['bindings.IMPORT'],
  ],
  [
    'binds the assets under another name',
    (by) => by.bindings((all) => all.map((one) => (one.type === 'assets' ? { ...one, name: 'FILES' } : one))),
    ['bindings.ASSETS', 'bindings.FILES'],
  ],
];

/** The same where the files say nothing: settings as the other file has them, and triggers that are added. */
const UNDECLARED: readonly LiveEdit[] = [
  ...[...Object.values(SCRIPT_SETTINGS), ...Object.values(VERSION_SETTINGS)].flatMap(
    ({ name }): readonly LiveEdit[] => {
      const value = FILE[name === 'cache_options' ? 'cache' : name];
      const row = SETTINGS[name];
      if (value === undefined || row === undefined || name === 'compatibility_date') return [];
      return [[`sets ${name}`, settings({ [name]: value }), [row.path]]];
    },
  ),
  ...LIVE.filter(([what]) => /^(adds|attaches) (?!a secret)/.test(what)).map(
    ([what, edit, paths]): LiveEdit =>
      what === 'adds a cron'
        ? [what, edit, ['crons[0 1 * * *]', 'crons[0 2 * * *]', ...paths]]
        : [what, edit, paths],
  ),
];
const BARE: JsonObject = { ...BASE, vars: { BARE: 'yes' } };

describe('somebody changes a part of the Worker through the API', () => {
  /** Two edits of one part would be told as one. An edit that is not told is one of a secret. */
  const partOf = ([, , [path = 'secrets']]: LiveEdit): string =>
    /^(?:settings|runtime)\.\w+|^\w+/.exec(path)?.[0] ?? path;
  const excludes = (one: LiveEdit, other: LiveEdit): boolean => partOf(one) === partOf(other);

  async function see(file: JsonObject, all: readonly LiveEdit[]): Promise<void> {
    await scene.deployed(file);
    for (const [, edit] of all) await edit(scene.dashboard);
    const looked = await scene.look();
    const what = all.map(([name]) => name);
    const paths = all.flatMap(([, , told]) => told).toSorted();
    expect({ what, paths: looked.paths.toSorted() }).toEqual({ what, paths });
    // What stops a deploy would keep the others from being settled.
    const stops = looked.plan.findings.some(({ severity }) => severity === 'error');
    if (!stops || all.length === 1) await scene.settle(looked);
    else for (const half of halves(all)) await see(file, half);
  }

  test.each(numbered(rounds(LIVE, excludes)))('one edit of each part, %i', (_round, all) => see(FILE, all));

  test.each(numbered(rounds(UNDECLARED, excludes)))(
    'one edit of each part of which the files say nothing, %i',
    (_round, all) => see(BASE, all),
  );

  test('adds a secret, of which the files say nothing: no difference, and said', async () => {
    await scene.project.write('tenants/acme/tenant.config.json', { ...TENANT, requiredSecrets: undefined });
    await scene.deployed(BARE);
    await scene.dashboard.call('PUT', `${SCRIPT}/secrets`, { name: 'EXTRA', text: 'v', type: 'secret_text' });
    const { drift } = await scene.look();
    await scene.project.write('tenants/acme/tenant.config.json', TENANT);
    const said = [expect.stringContaining('EXTRA'), expect.stringContaining('secrets were changed')];
    expect(drift).toMatchObject({ outcome: 'clean', notices: said });
  });
});

describe('the files change a part of the Worker', () => {
  const SKIPPED: ReadonlySet<string> = new Set(['name', 'main', 'no_bundle', 'migrations']);
  const at = (path: Path): string => path.join('.');
  const leaves = Object.entries(FILE)
    .filter(([field]) => !SKIPPED.has(field))
    .flatMap(([field, value]) => leavesOf(value as Json, [field]));
  interface FileEdit {
    readonly what: string;
    readonly path: Path;
    readonly next: Json | undefined;
    /** What it must be told as. */
    readonly told: readonly string[];
  }
  const edit = (what: string, path: Path, next: Json | undefined): FileEdit => {
    return { what, path, next, told: FILE_EDITS[what] ?? ofSwitch(path) };
  };
  const edits: readonly FileEdit[] = [
    ...leaves.map(([path, leaf]) =>
      edit(
        `${at(path)} changed`,
        path,
        varied(leaf, String(path.findLast((step) => typeof step === 'string'))),
      ),
    ),
    ...leaves.map(([path]) => edit(`${at(path)} removed`, path, undefined)),
    ...Object.keys(FILE)
      .filter((field) => !SKIPPED.has(field))
      .map((field) => edit(`${field} removed`, [field], undefined)),
    ...['routes', 'workflows', 'tail_consumers'].map((field) =>
      edit(`${field}[0] removed`, [field, 0], undefined),
    ),
    edit('queues.consumers.0.type changed', ['queues', 'consumers', 0], { queue: 'jobs', type: 'http_pull' }),
    edit('consumers[0] removed', ['queues', 'consumers', 0], undefined),
    edit('consumers[1] removed', ['queues', 'consumers', 1], undefined),
  ];
  /** Fields of which one decides what another means when it is not said. */
  const TOGETHER: Readonly<Record<string, string>> = {
    preview_urls: 'workers_dev',
    compatibility_flags: 'compatibility_date',
  };
  const groupOf = ({ path: [field = ''] }: FileEdit): string => TOGETHER[field] ?? String(field);
  /** The digest over the whole file is told only where nothing else is. */
  const isAlone = ({ told }: FileEdit): boolean => told.includes('config');
  const excludes = (one: FileEdit, other: FileEdit): boolean =>
    isAlone(one) || isAlone(other) || groupOf(one) === groupOf(other);

  async function see(all: readonly FileEdit[]): Promise<void> {
    if (all.length === 0) return;
    await scene.deployed(FILE);
    await scene.write(all.reduce((file, { path, next }) => withValue(file, path, next) as JsonObject, FILE));
    const looked = await scene.lookUnlessRefused();
    if (looked === null) {
      for (const half of halves(all)) await see(half);
      return;
    }
    const what = all.map((one) => one.what);
    const paths = all.flatMap(({ told }) => told).toSorted();
    expect({ what, paths: looked.paths.toSorted() }).toEqual({ what, paths });
    await scene.settle(looked);
  }

  test.each(numbered(rounds(edits, excludes)))('a part of each field, %i', async (_round, all) => {
    const taken: FileEdit[] = [];
    for (const one of all) {
      // What is refused is refused for itself: its neighbours must not suffer.
      if (!(await scene.isInvalid(withValue(FILE, one.path, one.next) as JsonObject))) taken.push(one);
    }
    await see(taken);
  });

  test('every field of the file that reaches the account is in it', () => {
    const sections = new Set(BINDING_MODULES.map(({ section }) => section));
    const fields = [...WORKER_FIELDS.keys()].filter((field) => !sections.has(field));
    const without = fields.filter((field) => !Object.hasOwn(FILE, field));
    expect(
      without.toSorted(),
      'what reaches the account belongs into whole-worker.ts; what does not, into this list',
    ).toEqual([
      '$schema',
      'access',
      'account_id',
      'alias',
      'base_dir',
      'build',
      'compliance_region',
      'data_blobs',
      'define',
      'dependencies_instrumentation',
      'dev',
      'exports',
      'find_additional_modules',
      'jsx_factory',
      'jsx_fragment',
      'keep_names',
      'keep_vars',
      'minify',
      'preserve_file_names',
      'previews',
      'route',
      'rules',
      'send_metrics',
      'text_blobs',
      'tsconfig',
      'upload_source_maps',
      'wasm_modules',
    ]);
  });
});

describe('somebody else uploads or moves traffic', () => {
  test('other code, live at once: the code is another, and what came with it too', async () => {
    await scene.deployed(BASE);
    await scene.dashboard.upload('live', SOURCE.replace("'one'", "'other'"), {
      compatibility_date: '2026-02-01',
      keep_bindings: ['secret_text'],
    });
    const looked = await scene.look();
    expect(looked.paths).toEqual(['code']);
    await scene.settle(looked);
  });

  test('a version without traffic: named, no difference, and left', async () => {
    await scene.deployed(BASE);
    const id = await scene.dashboard.upload('version', SOURCE.replace("'one'", "'other'"), {
      compatibility_date: '2026-02-01',
    });
    const looked = await scene.look();
    expect(looked.paths).toEqual([]);
    expect(looked.drift.notices.join()).toContain(id);
    expect(looked.plan.findings.map(({ code }) => code)).toContain('undeployed-version');
    await scene.settle(looked);
  });

  test('a split: named, and what a deploy says of it is no success', async () => {
    await scene.deployed(BASE);
    const { drift } = await scene.look();
    const other = await scene.dashboard.upload('version', SOURCE, { compatibility_date: '2026-02-01' });
    await scene.dashboard.call('POST', `${SCRIPT}/deployments`, {
      strategy: 'percentage',
      versions: [
        { version_id: drift.provenance?.versionId ?? null, percentage: 80 },
        { version_id: other, percentage: 20 },
      ],
    });
    expect((await scene.look()).paths).toEqual(['version.traffic']);
    expect(await scene.project.deployer.deploy({ tenant: 'acme' })).toMatchObject({
      endState: 'live-partly',
      error: { code: 'TRAFFIC_SPLIT' },
    });
  });

  test('an older version again: it is what that one had that differs', async () => {
    await scene.deployed(FILE);
    const { drift } = await scene.look();
    await scene.write({ ...FILE, compatibility_date: '2026-01-20', placement: { mode: 'off' } });
    expect((await scene.project.deployer.deploy({ tenant: 'acme' })).status).toBe('deployed');
    await scene.dashboard.call('POST', `${SCRIPT}/deployments`, {
      strategy: 'percentage',
      versions: [{ version_id: drift.provenance?.versionId ?? null, percentage: 100 }],
    });
    const looked = await scene.look();
    expect(looked.paths).toEqual(['runtime.compatibility_date']);
    await scene.settle(looked);
  });
});
