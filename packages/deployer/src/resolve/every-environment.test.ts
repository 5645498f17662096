import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadProjectConfig } from '../project/load-project-config.ts';
import { openTenants } from '../tenants/catalog.ts';
import { resolveWorker } from './resolve-worker.ts';

const ENVIRONMENTS = ['', 'staging', 'production'];

it('checks what environments have in common once, and says the same of each as when it is resolved alone', async () => {
  const rootDir = await mkdtemp(join(tmpdir(), 'cf-deploy-environments-'));
  onTestFinished(() => rm(rootDir, { recursive: true }));
  const folder = join(rootDir, 'tenants/acme');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'tenant.config.json'),
    JSON.stringify({ tenantId: 'acme', accountId: 'a'.repeat(32), owner: 'team-a' }),
  );
  await writeFile(
    join(folder, 'wrangler.json'),
    JSON.stringify({
      name: 'acme',
      main: 'i.js',
      compatibility_date: '2026-01-01',
      nonsense: 1,
      kv_namespaces: [{ binding: 'CACHE', id: 'c'.repeat(32) }],
      env: { staging: { vars: { A: 'a' } }, production: { kv_namespaces: [] } },
    }),
  );
  await writeFile(join(folder, 'i.js'), 'export default { fetch() { return new Response("hi"); } };');
  let asked = 0;
  const owner = {
    '~standard': { version: 1, vendor: 'test', validate: () => ({ value: ++asked }) },
  } as const;
  const loaded = await loadProjectConfig(rootDir);
  const project = { ...loaded, rules: { ...loaded.rules, tenantFields: { owner } } };
  const tenants = await openTenants(rootDir, { project });
  const target = { rootDir, tenant: 'acme', lenient: true };

  const together = [];
  for (const env of ENVIRONMENTS) together.push(await resolveWorker({ ...target, tenants, env }));
  expect(asked).toBe(1);
  const alone = [];
  for (const env of ENVIRONMENTS) alone.push(await resolveWorker({ ...target, project, env }));
  expect(asked).toBe(4);
  expect(JSON.stringify(together)).toBe(JSON.stringify(alone));
  expect(together.map(({ findings }) => findings.map(({ code }) => code))).toEqual([
    ['unknown-field'],
    ['unknown-field', 'environment-lacks-binding'],
    ['unknown-field', 'environment-lacks-binding'],
  ]);
  // Whether an unknown field is a mistake is asked anew.
  const strict = await resolveWorker({ ...target, tenants, lenient: false, env: 'staging' });
  expect(strict.worker).toBeNull();
});
