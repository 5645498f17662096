import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { copyProject, type Project } from './support/project.ts';
import type { CliRun } from './support/run-cli.ts';
import { startLocal, type RunningLocal } from './support/running-local.ts';

/** Small projects after public reports of people who deploy Workers. */
const PLAIN = 'export default { fetch() { return new Response("ok") } }';
const CLASS_C = { durable_objects: { bindings: [{ name: 'C', class_name: 'C' }] } };

const TENANTS: Readonly<
  Record<string, { readonly wrangler: object; readonly files: Record<string, string> }>
> = {
  'twin-a': {
    wrangler: { name: 'shop' },
    files: { 'i.js': 'export default { fetch() { return new Response("A") } }' },
  },
  'twin-b': {
    wrangler: { name: 'shop' },
    files: { 'i.js': 'export default { fetch() { return new Response("B") } }' },
  },
  envs: {
    wrangler: {
      env: {
        staging: { name: 'envs', vars: { S: 'staging' } },
        production: { name: 'envs', vars: { S: 'prod' } },
      },
    },
    files: { 'i.js': PLAIN },
  },
  'do-noexport': {
    wrangler: { ...CLASS_C, migrations: [{ tag: 'v1', new_sqlite_classes: ['C'] }] },
    files: { 'i.js': PLAIN },
  },
  'queue-nohandler': { wrangler: { queues: { consumers: [{ queue: 'jobs' }] } }, files: { 'i.js': PLAIN } },
  'cron-nohandler': { wrangler: { triggers: { crons: ['0 * * * *'] } }, files: { 'i.js': PLAIN } },
  swdo: {
    wrangler: { ...CLASS_C, migrations: [{ tag: 'v1', new_classes: ['C'] }] },
    files: {
      'i.js': 'class C {}; export { C }; addEventListener("fetch", (e) => e.respondWith(new Response("x")))',
    },
  },
  casing: {
    wrangler: { main: 'src/index.ts' },
    files: {
      'src/index.ts':
        'import { g } from "./Greet"; import x from "./Data.TXT"; import { l } from "../lib/l";\nexport default { fetch: () => new Response(g + x + l) }',
      'src/greet.ts': 'export const g = 1',
      'src/data.txt': 't',
      'Lib/l.ts': 'export const l = 1',
    },
  },
  'casing-main': {
    wrangler: { main: 'SRC/I.js', assets: { directory: 'Dist' } },
    files: { 'src/i.js': PLAIN, 'dist/a.txt': 'a' },
  },
  dirfile: {
    wrangler: { main: undefined, assets: { directory: './index.html' } },
    files: { 'index.html': 'x' },
  },
  winpath: {
    wrangler: { main: String.raw`src\index.ts`, assets: { directory: String.raw`.\dist` } },
    files: { 'src/index.ts': PLAIN, 'dist/a.txt': 'a' },
  },
  noassetdir: {
    wrangler: {
      main: undefined,
      assets: { directory: 'dist' },
      build: { command: 'mkdir -p dist && echo hi > dist/index.html' },
    },
    files: {},
  },
  symassets: {
    wrangler: { assets: { directory: 'dist' } },
    files: { 'i.js': PLAIN, 'dist/index.html': 'root', 'shared/img/logo.svg': '<svg/>' },
  },
  'symassets-out': {
    wrangler: { assets: { directory: 'dist' } },
    files: { 'i.js': PLAIN, 'dist/index.html': 'root' },
  },
  cdflags: {
    wrangler: {
      routes: [{ pattern: 'shop.example.com', custom_domain: true, enabled: true, previews_enabled: false }],
    },
    files: { 'i.js': PLAIN },
  },
  utf16: { wrangler: {}, files: { 'i.js': PLAIN } },
};

let outside: string;

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'cf-deploy-outside-'));
  await writeFile(join(outside, 'secret.txt'), 'not of this project');
});

afterAll(() => rm(outside, { recursive: true, force: true }));

/** A project of these tenants only: every command looks at all there are. Removed at the end of the test. */
async function projectOf(...tenants: readonly string[]): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'cf-deploy-reported-'));
  const write = async (file: string, text: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  };
  await write('package.json', '{"private":true}');
  for (const tenant of tenants) {
    const { wrangler, files } = TENANTS[tenant] ?? { wrangler: {}, files: {} };
    const accountId = '0123456789abcdef0123456789abcdef';
    await write(
      `tenants/${tenant}/tenant.config.json`,
      JSON.stringify({ tenantId: tenant, accountId, healthCheck: false }),
    );
    const fields = { name: tenant, main: 'i.js', compatibility_date: '2026-10-01', ...wrangler };
    const text = JSON.stringify(fields, undefined, 1);
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    await write(`tenants/${tenant}/wrangler.jsonc`, tenant === 'utf16' ? utf16 : text);
    for (const [file, content] of Object.entries(files)) await write(`tenants/${tenant}/${file}`, content);
    const link = { symassets: '../shared/img', 'symassets-out': outside }[tenant];
    if (link !== undefined) await symlink(link, join(folder, 'tenants', tenant, 'dist/img'));
  }
  const project = await copyProject(folder, { runtime: 'double' });
  await rm(folder, { recursive: true });
  onTestFinished(() => project.remove());
  return project;
}

/** The same, on an embedded Cloudflare that its commands share. */
async function runningProjectOf(
  ...tenants: readonly string[]
): Promise<{ readonly project: Project; readonly cloudflare: RunningLocal }> {
  const project = await projectOf(...tenants);
  const cloudflare = await startLocal(project);
  onTestFinished(async () => void (await cloudflare.stop()));
  return { project, cloudflare };
}

const COMMANDS = ['validate', 'plan', 'deploy'] as const;

const runAll = async (project: Project, tenant: string): Promise<readonly CliRun[]> => {
  const runs: CliRun[] = [];
  for (const command of COMMANDS) runs.push(await project.local([command, `--tenant=${tenant}`]));
  return runs;
};

describe('validate, plan and deploy give the same answer', () => {
  it.each([
    ['do-noexport', 'missing-export'],
    ['queue-nohandler', 'missing-handler'],
    ['swdo', 'service-worker-exports'],
    ['dirfile', 'is a file'],
    ['winpath', String.raw`\"src/index.ts\"`],
    ['utf16', 'UTF-16'],
    ['casing', 'src/greet.ts'],
    ['casing-main', 'src/i.js'],
    ['symassets-out', 'img'],
  ])(
    '%s is refused, and told why: %s',
    async (tenant, why) => {
      const project = await projectOf(tenant);
      for (const { exitCode, stdout } of await runAll(project, tenant)) {
        // Where the project lies is nobody's business.
        const absolute = stdout.includes(project.root);
        expect({ exitCode, told: stdout.includes(why), absolute }).toEqual({
          exitCode: 3,
          told: true,
          absolute: false,
        });
      }
    },
    120_000,
  );

  it('a cron without a handler is a warning in each', async () => {
    const project = await projectOf('cron-nohandler');
    const args = ['--tenant=cron-nohandler', '--local'];
    for (const command of COMMANDS) {
      const { exitCode, stdout, stderr } = await project.cli([command, ...args]);
      expect(exitCode).toBe(0);
      expect(stdout + stderr).toContain('triggers.crons needs a `scheduled` handler');
    }
  }, 120_000);

  it.each(['noassetdir', 'symassets'])(
    '%s is deployed',
    async (tenant) => {
      const runs = await runAll(await projectOf(tenant), tenant);
      expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    },
    120_000,
  );

  it('every name in another case is told with the one on disk', async () => {
    const project = await projectOf('casing', 'casing-main');
    const { stdout } = await project.cli(['validate', '--tenant=casing']);
    for (const name of ['src/greet.ts', 'src/data.txt', 'Lib/l.ts']) expect(stdout).toContain(name);
    const main = await project.cli(['validate', '--tenant=casing-main']);
    for (const name of ['"src/i.js"', '"dist"']) expect(main.stdout).toContain(name);
  });

  it('what a linked folder holds is served', async () => {
    const project = await projectOf('symassets');
    const plan = await project.local(['deploy', '--tenant=symassets', '--force', '--dry-run']);
    expect(JSON.stringify(plan.json.result.steps)).toContain('2 static assets');
  }, 60_000);
});

describe('one Worker for two', () => {
  it('of two tenants is refused before the first write of a deploy of all, and both places are named', async () => {
    const { project, cloudflare } = await runningProjectOf('twin-a', 'twin-b', 'symassets');
    const { exitCode, stdout } = await project.local(['deploy', '--all']);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('is that of twin-a, twin-b');
    expect((await cloudflare.requests()).filter(({ method }) => method !== 'GET')).toEqual([]);
  }, 120_000);

  it('of two tenants is refused when one of them is deployed alone', async () => {
    const { project, cloudflare } = await runningProjectOf('twin-a', 'twin-b');
    const { exitCode, stdout } = await project.local(['deploy', '--tenant=twin-b']);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('is that of twin-a, twin-b');
    expect((await cloudflare.requests()).filter(({ method }) => method !== 'GET')).toEqual([]);
  }, 60_000);

  it('of a tenant whose files are elsewhere is refused, until it is told to take over', async () => {
    const { project } = await runningProjectOf('twin-a', 'twin-b');
    const [a, b] = ['twin-a', 'twin-b'].map((name) => ({
      here: join(project.root, 'tenants', name),
      elsewhere: join(outside, name),
    }));
    const move = (from = '', to = ''): Promise<void> => rename(from, to);
    await move(b?.here, b?.elsewhere);
    expect((await project.local(['deploy', '--tenant=twin-a'])).exitCode).toBe(0);
    await move(a?.here, a?.elsewhere);
    await move(b?.elsewhere, b?.here);
    const refused = await project.local(['deploy', '--tenant=twin-b']);
    expect(refused.json.error).toMatchObject({ code: 'CONFLICT' });
    expect(refused.json.error?.message).toContain(
      'was deployed as twin-a; a deploy of twin-b would replace it',
    );
    const planned = await project.local(['plan', '--tenant=twin-b']);
    expect([planned.exitCode, planned.json.result.findings[0].code]).toEqual([3, 'foreign-worker']);
    const taking = await project.local(['plan', '--tenant=twin-b', '--take-over', '--exit-code']);
    expect([taking.exitCode, taking.json.result.action]).toEqual([2, 'update']);
    const taken = await project.local(['deploy', '--tenant=twin-b', '--take-over']);
    expect(taken.json.result.status).toBe('deployed');
    await move(b?.here, b?.elsewhere);
    await move(a?.elsewhere, a?.here);
    expect((await project.local(['deploy', '--tenant=twin-a'])).json.error?.code).toBe('CONFLICT');
  }, 120_000);

  it('of two environments is refused before the first write, whichever is deployed', async () => {
    const { project, cloudflare } = await runningProjectOf('envs');
    for (const env of ['staging', 'production']) {
      for (const command of COMMANDS) {
        const { exitCode, stdout } = await project.local([command, '--tenant=envs', `--env=${env}`]);
        expect(exitCode).toBe(3);
        expect(stdout).toContain('is that of envs, envs (production), envs (staging)');
      }
    }
    expect((await cloudflare.requests()).filter(({ method }) => method !== 'GET')).toEqual([]);
  }, 120_000);

  it('of two environments, one of which has another name by now, is refused when the second is deployed', async () => {
    const { project } = await runningProjectOf('envs');
    const file = 'tenants/envs/wrangler.jsonc';
    const whole = await project.read(file);
    const named = (env: string): Promise<void> =>
      project.write(file, JSON.stringify({ ...JSON.parse(whole), env: { [env]: { name: 'envs' } } }));
    await named('staging');
    expect((await project.local(['deploy', '--tenant=envs', '--env=staging'])).exitCode).toBe(0);
    await named('production');
    const { exitCode, json } = await project.local(['deploy', '--tenant=envs', '--env=production']);
    expect(exitCode).toBe(1);
    expect(json.error?.message).toContain('was deployed as envs (staging); a deploy of envs (production)');
  }, 120_000);
});

it('a changed flag of a custom domain is planned, sent, and seen by drift', async () => {
  const { project } = await runningProjectOf('cdflags');
  const at = ['--tenant=cdflags'];
  expect((await project.local(['deploy', ...at])).exitCode).toBe(0);
  expect((await project.local(['drift', ...at])).exitCode).toBe(0);
  await project.edit(
    'tenants/cdflags/wrangler.jsonc',
    '"previews_enabled": false',
    '"previews_enabled": true',
  );
  const plan = await project.local(['plan', ...at, '--exit-code']);
  expect(plan.exitCode).toBe(2);
  expect(plan.stdout).toContain('customDomains[shop.example.com].previews_enabled');
  expect((await project.local(['drift', ...at])).exitCode).toBe(2);
  expect((await project.local(['deploy', ...at])).exitCode).toBe(0);
  expect((await project.local(['drift', ...at])).exitCode).toBe(0);
}, 120_000);
