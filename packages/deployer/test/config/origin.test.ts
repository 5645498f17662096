import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';
import { check, TODAY } from './support.ts';

const ROOT = fileURLToPath(new URL('../fixtures/origin/', import.meta.url));

it.each([
  ['mrrainbowsmoke', 'staging'],
  ['mrrainbowsmoke', 'production'],
  ['rainbowsmokeofficial', 'staging'],
  ['rainbowsmokeofficial', 'production'],
])('the project this one comes from is valid without an edit: %s in %s', async (tenant, env) => {
  const { worker, findings } = await resolveWorker({ rootDir: ROOT, tenant, env, now: () => TODAY });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(worker?.scriptName).toContain(env);
});

it('a field that only this project has is pointed to tenantFields', () => {
  const { findings } = check({}, { tenant: { sessionRetentionDays: 30, maxMessagesPerSession: 50 } });
  expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual([
    'unknown-field sessionRetentionDays',
    'unknown-field maxMessagesPerSession',
  ]);
  for (const { hint } of findings) expect(hint).toContain('`tenantFields` in cf-deploy.config.ts');
});
