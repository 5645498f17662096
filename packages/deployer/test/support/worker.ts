import type { Bundle } from '../../src/bundle/bundle.ts';
import { DEFAULT_TRAFFIC } from '../../src/resolve/resolve-traffic.ts';
import type { HealthCheck, ResolvedWorker } from '../../src/resolve/resolved-worker.ts';

/** A resolved Worker with nothing special; `fields` replace. */
export function makeWorker(fields: Partial<ResolvedWorker> = {}): ResolvedWorker {
  return {
    worker: null,
    tenant: 'acme',
    environment: null,
    requestedEnvironment: null,
    accountId: '0123456789abcdef0123456789abcdef',
    accountSubdomain: 'test',
    scriptName: 'acme',
    serviceName: 'acme',
    hasEnvironments: false,
    rootDir: '/project',
    tenantDir: '/project/tenants/acme',
    configFile: '/project/tenants/acme/wrangler.json',
    build: null,
    assets: null,
    compatibilityDate: '2026-02-01',
    compatibilityFlags: [],
    bindings: [],
    inherited: [],
    secrets: { required: [] },
    keepVars: false,
    migrations: [],
    exports: null,
    settings: {},
    runtime: {},
    triggers: { workersDev: true },
    dispatchNamespace: null,
    codeUpdateStrategy: { mode: 'deferred', max_delay: 300 },
    unsafeMetadata: {},
    health: false,
    traffic: DEFAULT_TRAFFIC,
    labels: {},
    drift: { ignore: [] },
    origins: {},
    warnings: [],
    ...fields,
  };
}

/** A bundle of one module. */
export function makeBundle(fields: Partial<Bundle> = {}): Bundle {
  const bytes = new TextEncoder().encode('export default {};');
  return {
    format: 'modules',
    mainModule: 'index.js',
    modules: [{ name: 'index.js', contentType: 'application/javascript+module', bytes }],
    sourceMaps: [],
    localSourceMap: null,
    bindings: [],
    digest: 'd'.repeat(64),
    exports: ['default'],
    inputs: [],
    size: { raw: bytes.byteLength, gzip: bytes.byteLength },
    warnings: [],
    ...fields,
  };
}

/** A health check that wants `{"status":"ok"}` and knows where the version stands. */
export function makeHealthCheck(fields: Partial<HealthCheck> = {}): HealthCheck {
  return {
    path: '/health',
    url: null,
    expectStatus: [200],
    expectJson: { status: 'ok' },
    versionFrom: 'version.id',
    headers: {},
    secretHeaders: {},
    timeoutMs: 1_000,
    attempts: 3,
    successes: 3,
    intervalMs: 1,
    deadlineMs: 60_000,
    configured: true,
    allowedHosts: [],
    ...fields,
  };
}
