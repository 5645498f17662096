import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli, type CliRun } from './support/run-cli.ts';

const ACCOUNT = '0123456789abcdef0123456789abcdef';
const WRANGLER = JSON.stringify({ name: 'hello', main: 'index.js', compatibility_date: '2026-02-01' });
const SOURCE = 'export default { fetch: () => new Response("ok") };\n';

let root: string;

async function files(all: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}

const cli = (args: readonly string[], folder = ''): Promise<CliRun> =>
  runCli(args, { cwd: join(root, folder) });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cf-deploy-cli-tenants-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const table = (...rows: string[]): string => ['tenantId,accountId,worker', ...rows].join('\n');

it('a table of one tenant is no project of one Worker: which tenant is meant must be said, as of two', async () => {
  await files({ 'tenants.csv': table(`acme,${ACCOUNT},workers/api`), 'workers/api/wrangler.json': WRANGLER });

  const { json, exitCode } = await cli(['plan', '--json']);

  expect([exitCode, json.ok]).toEqual([3, false]);
  expect(json.error).toMatchObject({ code: 'USAGE', message: 'No tenant was named.' });
});

describe('tenant list', () => {
  it('is one document, written while the table is read', async () => {
    await files({ 'tenants.csv': table(`acme,${ACCOUNT},workers/api`, `beta,${ACCOUNT},workers/api`) });
    const { json, exitCode } = await cli(['tenant', 'list', '--json']);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ command: 'tenant list', ok: true, exitCode: 0 });
    expect(json.result).toEqual({
      tenants: [
        { tenant: 'acme', from: 'table', place: 'tenants.csv:2' },
        { tenant: 'beta', from: 'table', place: 'tenants.csv:3' },
      ],
      findings: [],
    });
  });

  it('stays one document when rows are broken, and ends with 3', async () => {
    await files({ 'tenants.csv': table(`acme,${ACCOUNT},workers/api`, 'beta') });
    const { json, exitCode } = await cli(['tenant', 'list', '--json']);
    expect([exitCode, json.ok]).toEqual([3, false]);
    expect(json.result.findings).toMatchObject([{ code: 'column-count', place: { line: 3 } }]);
  });

  it('stays one document when a folder is no tenant', async () => {
    const named = ['b d', 'c d'].map((name) => [`tenants/${name}/wrangler.json`, WRANGLER]);
    await files({ 'tenants/acme/wrangler.json': WRANGLER, ...Object.fromEntries(named) });
    const { json, exitCode } = await cli(['tenant', 'list', '--json']);
    expect([exitCode, json.ok]).toEqual([3, false]);
    expect(json.result.tenants).toEqual([{ tenant: 'acme', from: 'folder', place: 'tenants/acme' }]);
    const place = (name: string) => ({ code: 'tenant-id', place: { file: `tenants/${name}` } });
    expect(json.result.findings).toMatchObject([place('b d'), place('c d')]);
  });

  it('shows no definition of one whose folder is empty', async () => {
    await files({ 'tenants/acme/wrangler.json': WRANGLER, 'tenants/empty/README.md': '' });
    const { stdout, exitCode } = await cli(['tenant', 'show', 'empty']);
    expect([exitCode, stdout.includes('null'), stdout.includes('has no tenant.config.json')]).toEqual([
      3,
      false,
      true,
    ]);
  });

  it('shows what defines one', async () => {
    await files({
      'tenants.csv': table(`acme,${ACCOUNT},workers/api`),
      'workers/api/wrangler.json': WRANGLER,
    });
    const { stdout } = await cli(['tenant', 'show', 'acme']);
    expect(stdout).toContain('acme  tenants.csv:2');
    expect(stdout).toContain(`"accountId": "${ACCOUNT}"`);
  });
});

describe('many broken rows', () => {
  it('are shown by kind, with every place', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `bad id ${index}`);
    await files({ 'tenants.csv': ['tenantId', 'acme', ...rows].join('\n') });
    const { stdout, exitCode } = await cli(['validate', '--all', '--no-check-startup']);
    expect(exitCode).toBe(3);
    expect(stdout.match(/tenant-id/g)).toHaveLength(1);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      `30 times in tenants.csv: ${Array.from({ length: 30 }, (_, index) => `${index + 3}:1`).join(', ')}`,
    );
  });
});

describe('a plain project', () => {
  it('needs no --tenant, from any folder in it', async () => {
    await files({ 'wrangler.json': WRANGLER, 'index.js': SOURCE, 'src/a.txt': '' });
    const { json, exitCode } = await cli(['validate', '--no-check-startup', '--json'], 'src');
    expect(exitCode).toBe(0);
    expect(json.result).toMatchObject({ tenant: 'hello', scriptName: 'hello', valid: true });
  });

  it('is the nearest one, unless a project above it says which tenants there are', async () => {
    await files({
      'wrangler.json': WRANGLER,
      'index.js': SOURCE,
      'inner/wrangler.json': WRANGLER,
      'inner/index.js': SOURCE,
    });
    const name = async (): Promise<unknown> => {
      const { json } = await cli(['config', '--json'], 'inner');
      return json.ok ? json.result.worker.configFile.replace(`${root}/`, '') : json.error?.message;
    };
    expect(await name()).toBe('inner/wrangler.json');
    await files({ 'tenants/acme/wrangler.json': WRANGLER });
    expect(await name()).toBe('inner/wrangler.json');
    await files({ 'tenants.csv': 'tenantId\nbeta\n' });
    expect(await name()).toBe('No tenant was named.');
  });
});

describe('two tenants in each other’s way', () => {
  const same = (tenant: string): Record<string, string> => ({
    [`tenants/${tenant}/wrangler.json`]: WRANGLER,
    [`tenants/${tenant}/index.js`]: SOURCE,
    [`tenants/${tenant}/tenant.config.json`]: JSON.stringify({ tenantId: tenant, accountId: ACCOUNT }),
  });

  it.each([
    ['plan', ['plan', '--all']],
    ['a dry run', ['deploy', '--all', '--dry-run']],
    ['validate', ['validate', '--all', '--no-check-startup']],
  ])('are told by %s, which ends with 3', async (_command, args) => {
    await files({ ...same('acme'), ...same('beta') });
    const { json, exitCode } = await cli([...args, '--json']);
    expect([exitCode, json.ok]).toEqual([3, false]);
    expect(json.result.findings).toMatchObject([{ severity: 'error', code: 'same-worker' }]);
    const { stdout } = await cli(args);
    expect(stdout).toMatch(/^The project as a whole\nerror tenants\/beta\/wrangler.json:1:\d+ same-worker/);
  });
});

describe('a tenant with several Workers', () => {
  it('is all of them, unless one is named', async () => {
    await files({
      'cf-deploy.config.mjs': `export default { workers: {
        api: { path: 'api', overrides: { name: 'api' } }, auth: { path: 'api', overrides: { name: 'auth' } } } };`,
      'api/wrangler.json': WRANGLER,
      'api/index.js': SOURCE,
      'tenants.csv': `tenantId,accountId\nacme,${ACCOUNT}\n`,
    });
    const all = await cli(['validate', '--tenant=acme', '--no-check-startup', '--json']);
    expect(all.json.result.results).toMatchObject([{ scriptName: 'api' }, { scriptName: 'auth' }]);
    const one = await cli(['validate', '--tenant=acme', '--worker=auth', '--no-check-startup', '--json']);
    expect(one.json.result).toMatchObject({ scriptName: 'auth' });
    const wrong = await cli(['config', '--tenant=acme', '--json']);
    expect(wrong.json.error).toMatchObject({ code: 'USAGE', hint: 'Say which: --worker=api.' });
  });
});
