import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuseUnknownEnvironment } from './known-environment.ts';

function asked(environment: string, files: Readonly<Record<string, string>>): Promise<unknown> {
  const root = mkdtempSync(join(tmpdir(), 'environments-'));
  for (const [tenant, text] of Object.entries(files)) {
    mkdirSync(join(root, 'tenants', tenant), { recursive: true });
    writeFileSync(join(root, 'tenants', tenant, 'wrangler.json'), text);
    writeFileSync(join(root, 'tenants', tenant, 'tenant.config.json'), `{ "tenantId": "${tenant}" }`);
  }
  return refuseUnknownEnvironment(root, environment).catch((error: unknown) => error);
}

const PRODUCTION = '{ "env": { "production": {}, "staging": {} } }';

test('a mistyped environment is refused with those that there are, over all tenants', async () => {
  const files = { a: PRODUCTION, b: '{ "env": { "qa": {} } }' };
  expect(await asked('prodution', files)).toMatchObject({
    code: 'ENVIRONMENT_UNKNOWN',
    exitCode: 3,
    message: 'No tenant has an environment "prodution".',
    hint: 'Did you mean "production"? Environments are: production, qa, staging.',
  });
});

test.each([
  ['one tenant has', 'qa', { a: PRODUCTION, b: '{ "env": { "qa": {} } }' }],
  ['is known by another name', 'prod', { a: PRODUCTION }],
  ['is the top level', '', { a: PRODUCTION }],
  ['a Worker without environments may be deployed to', 'live', { a: PRODUCTION, b: '{}' }],
  ['may stand in a file that cannot be read', 'live', { a: PRODUCTION, b: '{' }],
])('an environment that %s may be frozen', async (_what, environment, files) => {
  expect(await asked(environment, files)).toBeUndefined();
});
