import type {
  DeployResult,
  DriftResult,
  PlanResult,
  ReportedChange,
  StatusResult,
  VersionsResult,
} from '@cf-deploy/deployer';

/** A difference: what it is, and its two values. */
function change(
  fields: Partial<ReportedChange> & Pick<ReportedChange, 'section' | 'path'>,
  [desired, actual]: readonly [ReportedChange['desired'], ReportedChange['actual']],
): ReportedChange {
  return {
    key: null,
    field: null,
    kind: 'changed',
    desired,
    actual,
    destructive: false,
    irreversible: false,
    consequence: null,
    owned: true,
    ...fields,
  };
}

/** Plain results to render; each test changes what it is about. */
export const DEPLOYED: DeployResult = {
  tenant: 'acme',
  environment: 'staging',
  accountId: 'a'.repeat(32),
  scriptName: 'api-staging',
  url: 'https://api-staging.acme.workers.dev',
  status: 'deployed',
  endState: 'live',
  previousVersionId: '11111111-0000-4000-8000-000000000000',
  versionId: '22222222-0000-4000-8000-000000000000',
  changes: [
    change({ section: 'bindings', key: 'CACHE', path: 'bindings.CACHE', kind: 'added' }, [
      { type: 'kv_namespace' },
      null,
    ]),
    change({ section: 'bindings', key: 'MODE', field: 'text', path: 'bindings.MODE.text' }, ['fast', 'slow']),
    change(
      { section: 'crons', key: '0 0 * * *', path: 'crons[0 0 * * *]', kind: 'removed', destructive: true },
      [null, '0 0 * * *'],
    ),
  ],
  left: [],
  notLookedAt: [],
  interrupted: [],
  steps: [],
  leftovers: [],
  gradual: null,
  health: {
    verdict: 'healthy',
    url: 'https://api-staging.acme.workers.dev/health',
    attempts: 1,
    message: '200 in 12 ms',
    latencyMs: 12,
    versionId: '22222222-0000-4000-8000-000000000000',
    versionProven: true,
    configured: true,
    excerpt: null,
    hint: null,
  },
  calls: 4,
  durationMs: 1234,
  record: 'deployments/acme-staging-1.json',
  recordError: null,
  error: null,
};

export const PLANNED: PlanResult = {
  tenant: 'acme',
  environment: null,
  accountId: 'a'.repeat(32),
  scriptName: 'api',
  url: null,
  action: 'update',
  upload: 'version',
  traffic: { strategy: 'at-once', steps: [], why: null, possible: true },
  beforeTraffic: { checked: false, why: 'it was not asked for' },
  changes: DEPLOYED.changes,
  left: [],
  ignored: [],
  notLookedAt: [],
  unknown: [],
  steps: [
    { kind: 'upload-version', description: 'Upload a version', destructive: false, calls: 1 },
    { kind: 'crons', description: 'Replace the crons', destructive: true, calls: 1 },
  ],
  findings: [],
  bundle: { digest: 'abc', rawBytes: 20_480, gzipBytes: 900, modules: 1 },
  basedOn: { deploymentId: null, versionId: null },
  reversible: { possible: false, why: 'a Durable Object migration is in it' },
  calls: { spent: 1, estimated: 2 },
};

export const DRIFTED: DriftResult = {
  tenant: 'acme',
  environment: 'staging',
  scriptName: 'api-staging',
  outcome: 'drifted',
  drifted: true,
  changes: DEPLOYED.changes.slice(1, 2),
  ignored: [{ path: 'bindings.LEVEL.text', rule: 'bindings.LEVEL*' }],
  unknown: [{ section: 'routes', why: 'the token may not read the zone' }],
  notLookedAt: [],
  notices: [],
  provenance: { versionId: 'v1', author: 'a@example.com', source: 'dash', at: '2026-11-23T10:00:00Z' },
  calls: 3,
  error: null,
};

export const LIVE: StatusResult = {
  tenant: 'acme',
  environment: 'staging',
  scriptName: 'api-staging',
  url: DEPLOYED.url,
  exists: true,
  deployment: {
    id: 'd',
    createdOn: '2026-11-23T10:00:00Z',
    author: 'a@example.com',
    source: 'api',
    versions: [{ versionId: '22222222-0000-4000-8000-000000000000', percentage: 100 }],
  },
  dispatchNamespace: null,
  gradual: null,
  undeployed: null,
  notLookedAt: [],
  health: DEPLOYED.health,
  lastRecord: { path: 'deployments/acme-staging-1.json', status: 'deployed', finishedAt: null },
  error: null,
};

export const VERSIONS: VersionsResult = {
  tenant: 'acme',
  environment: 'staging',
  scriptName: 'api-staging',
  gradual: null,
  versions: [
    {
      versionId: '22222222-0000-4000-8000-000000000000',
      number: 2,
      createdOn: '2026-11-23T10:00:00Z',
      author: 'a@example.com',
      source: 'api',
      message: 'second',
      tag: null,
      commit: 'abcdef0123456789',
      percentage: 100,
      deployable: { possible: true, why: null },
    },
    {
      versionId: '11111111-0000-4000-8000-000000000000',
      number: 1,
      createdOn: '2026-11-22T10:00:00Z',
      author: null,
      source: null,
      message: null,
      tag: 'v1',
      commit: null,
      percentage: 0,
      deployable: { possible: false, why: 'a migration since' },
    },
  ],
};
