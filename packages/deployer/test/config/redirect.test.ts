import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';
import { ACCOUNT, lines, SMALLEST, writeFiles } from './support.ts';

/** A tenant whose build tool wrote `dist/wrangler.json`. */
function built(
  configuration: object,
  pointer: string = '{"configPath":"../../dist/wrangler.json"}',
): Promise<string> {
  return writeFiles({
    'tenants/acme/tenant.config.json': JSON.stringify({ tenantId: 'acme', accountId: ACCOUNT }),
    'tenants/acme/wrangler.jsonc': JSON.stringify({ ...SMALLEST, env: { staging: {}, production: {} } }),
    'tenants/acme/.wrangler/deploy/config.json': pointer,
    'tenants/acme/dist/index.js': '',
    'tenants/acme/dist/wrangler.json': JSON.stringify(configuration),
  });
}

/** What such tools write: every field, most of them empty. */
const GENERATED = {
  topLevelName: 'shop',
  definedEnvironments: ['staging', 'production'],
  targetEnvironment: 'staging',
  userConfigPath: '/elsewhere/wrangler.jsonc',
  legacy_env: true,
  name: 'shop-staging',
  main: 'index.js',
  compatibility_date: '2026-02-01',
  no_bundle: true,
  rules: [{ type: 'ESModule', globs: ['**/*.js'] }],
  jsx_factory: 'React.createElement',
  triggers: {},
  cloudchamber: {},
  python_modules: { exclude: ['**/*.pyc'] },
  logfwdr: { bindings: [] },
  durable_objects: { bindings: [] },
  queues: { producers: [], consumers: [] },
  vars: { A: 'x' },
  kv_namespaces: [],
  migrations: [],
};

describe('two wrangler files in one folder', () => {
  it.each([
    ['wrangler.json', 'wrangler.jsonc'],
    ['wrangler.jsonc', 'wrangler.toml'],
  ])('%s is read, and %s is said not to be', async (read, other) => {
    const rootDir = await writeFiles({
      'tenants/acme/tenant.config.json': JSON.stringify({ tenantId: 'acme', accountId: ACCOUNT }),
      [`tenants/acme/${read}`]: JSON.stringify({ ...SMALLEST, name: 'read' }),
      [`tenants/acme/${other}`]: 'name = "other"',
      'tenants/acme/src/index.ts': '',
    });
    const { worker, findings } = await resolveWorker({ rootDir, tenant: 'acme' });
    expect(worker?.scriptName).toBe('read');
    expect(findings).toMatchObject([
      {
        severity: 'warning',
        code: 'worker-file-unused',
        place: { file: `tenants/acme/${other}` },
        message: `${other} is not read, because ${read} stands beside it.`,
      },
    ]);
  });
});

describe('a configuration that a build tool generated', () => {
  it('is deployed instead of the one it was made from', async () => {
    const rootDir = await built(GENERATED);
    const { worker, findings } = await resolveWorker({ rootDir, tenant: 'acme', env: 'staging' });
    expect(lines(findings)).toEqual(['info generated-config ']);
    expect(findings[0]?.message).toContain(
      'tenants/acme/dist/wrangler.json is deployed: a build tool generated it from tenants/acme/wrangler.jsonc',
    );
    expect(worker).toMatchObject({
      scriptName: 'shop-staging',
      serviceName: 'shop',
      environment: 'staging',
      hasEnvironments: true,
      build: { main: path.join(rootDir, 'tenants/acme/dist/index.js'), noBundle: true },
    });
  });

  it('is warned about when its source was edited since: the edit is not deployed', async () => {
    const rootDir = await built(GENERATED);
    const later = new Date(Date.now() + 60_000);
    await utimes(path.join(rootDir, 'tenants/acme/wrangler.jsonc'), later, later);
    const { worker, findings } = await resolveWorker({ rootDir, tenant: 'acme', env: 'staging' });
    expect(worker).not.toBeNull();
    expect(lines(findings)).toContain('warning generated-config-old ');
  });

  it('is for the environment it was built for, also when none is asked for', async () => {
    const { worker } = await resolveWorker({ rootDir: await built(GENERATED), tenant: 'acme' });
    expect(worker?.environment).toBe('staging');
  });

  it('is refused for another environment, listing what exists', async () => {
    const { findings } = await resolveWorker({
      rootDir: await built(GENERATED),
      tenant: 'acme',
      env: 'production',
    });
    expect(lines(findings)).toContain('error environment-unknown targetEnvironment');
    expect(findings.find(({ severity }) => severity === 'error')?.hint).toContain('staging, production');
  });

  it.each(['{}', 'not json', '{"configPath":"../../../../../etc/passwd"}'])(
    'is refused when the pointer is %s',
    async (pointer) => {
      const { findings, worker } = await resolveWorker({
        rootDir: await built(GENERATED, pointer),
        tenant: 'acme',
        env: 'staging',
      });
      expect(worker).toBeNull();
      expect(lines(findings)).toContain('error redirect configPath');
    },
  );
});
