import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, type CliOptions, type CliRun } from './support/run-cli.ts';

const ACCOUNT = '0123456789abcdef0123456789abcdef';
const KV = 'a'.repeat(32);
let root: string;

/** The namespace is there from the start, so there is data to destroy, and no Worker has to be started for it. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cf-deploy-destroy-'));
  const wrangler = {
    name: 'acme',
    main: 'index.js',
    compatibility_date: '2026-02-01',
    env: { production: { kv_namespaces: [{ binding: 'NOTES', id: KV }] }, staging: {} },
  };
  const files = {
    'tenants/acme/tenant.config.json': JSON.stringify({ tenantId: 'acme', accountId: ACCOUNT }),
    'tenants/acme/wrangler.json': JSON.stringify(wrangler),
    'tenants/acme/index.js': 'export default { fetch: () => new Response("ok") };\n',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
});

afterAll(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));

const destroy = (flags: readonly string[], options: CliOptions = {}): Promise<CliRun> =>
  runCli(['destroy', '--tenant=acme', '--env=production', '--with-data', '--local', ...flags], {
    cwd: root,
    ...options,
  });

test('destroying shows, asks for what is protected by its name, and is done once', async () => {
  const shown = await destroy(['--dry-run']);
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toContain(`KV namespace ${KV}, and with it all that is in it`);

  const silent = await destroy(['--json']);
  expect(silent.json).toMatchObject({
    exitCode: 3,
    error: { code: 'NOT_CONFIRMED', hint: 'Look at --dry-run, then add --yes and --confirm-tenant=acme.' },
  });
  const half = await destroy(['--yes', '--json']);
  expect(half.json.error?.hint).toBe('Look at --dry-run, then add --confirm-tenant=acme.');
  const other = await destroy(['--yes', '--confirm-tenant=acne', '--json']);
  expect([other.exitCode, other.json.error?.code]).toEqual([3, 'NOT_CONFIRMED']);
  const yes = await destroy([], { answer: 'y' });
  expect([yes.exitCode, yes.stderr.includes('Type acme to agree:')]).toEqual([3, true]);

  const typed = await destroy([], { answer: 'acme' });
  expect(typed.exitCode).toBe(0);
  expect(typed.stdout).toContain(`deleted KV namespace ${KV}`);
  const again = await destroy(['--json']);
  expect(again.json).toMatchObject({
    ok: true,
    exitCode: 0,
    result: { results: [{ status: 'already-gone', error: null }] },
  });
});

test.each([
  [['--parallel'], 'Leave out --parallel.'],
  [['--script=acme-api', '--all'], '--tenant and --all exclude each other.'],
])('%j is refused before anything is asked', async (flags, said) => {
  const { exitCode, stderr } = await destroy(flags);
  expect(exitCode).toBe(3);
  expect(stderr).toContain(said);
});
