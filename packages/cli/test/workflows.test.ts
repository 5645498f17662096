import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const WORKFLOWS = join(REPOSITORY, '.github/workflows');

const environment = z.record(z.string(), z.string()).default({});
const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  env: environment,
  with: z.record(z.string(), z.unknown()).default({}),
});
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  env: environment,
  jobs: z.record(
    z.string(),
    z.object({
      env: environment,
      steps: z.array(step),
      'timeout-minutes': z.number(),
      strategy: z.object({ matrix: z.object({ node: z.array(z.number()) }) }).optional(),
    }),
  ),
});

const names = await readdir(WORKFLOWS);
const workflows = await Promise.all(
  names.map(async (name) => {
    const text = await readFile(join(WORKFLOWS, name), 'utf8');
    return { name, text, ...workflow.parse(parse(text)) };
  }),
);
const jobs = workflows.flatMap(({ name, jobs: own }) =>
  Object.entries(own).map(([id, job]) => ({ name: `${name} ${id}`, ...job })),
);
const steps = jobs.flatMap((job) => job.steps.map((each) => ({ job: job.name, ...each })));
const hasSecret = (env: Readonly<Record<string, string>>): boolean =>
  Object.values(env).some((value) => value.includes('secrets.'));
const withTokens = jobs.filter((job) => job.steps.some(({ env }) => hasSecret(env)));

describe('a workflow', () => {
  it('runs actions by their commit, and says which version that is', () => {
    const used = workflows.flatMap(({ text }) => text.match(/^ *-? *uses:.*$/gm) ?? []);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it('puts nothing into a script that GitHub fills in: a shell reads what people typed from variables', () => {
    expect(steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([]);
    expect(steps.filter(({ run = '' }) => /GITHUB_(ENV|PATH|OUTPUT)/.test(run))).toEqual([]);
  });

  it('gives a token to steps, one by one, and only to those that ask Cloudflare', () => {
    expect([...workflows, ...jobs].filter(({ env }) => hasSecret(env)).map(({ name }) => name)).toEqual([]);
    const given = steps.filter(({ env }) => hasSecret(env));
    expect(given.length).toBeGreaterThan(0);
    const asking = /^npm run --silent (plan|deploy:all|drift|versions|rollback|status) -- /;
    expect(given.filter(({ run = '' }) => !asking.test(run) || run.trim().includes('\n'))).toEqual([]);
    expect(steps.filter(({ with: inputs }) => JSON.stringify(inputs).includes('secrets.'))).toEqual([]);
  });

  it('lets no package run a script, and takes nothing from a cache, in a job that holds a token', () => {
    expect(withTokens.length).toBe(3);
    for (const { name, steps: own } of withTokens) {
      const runs = own.map(({ run = '' }) => run);
      expect({ name, installs: runs.filter((run) => /\bnpm (ci|install)\b/.test(run)) }).toEqual({
        name,
        installs: ['npm ci --ignore-scripts'],
      });
      expect(runs).toContain('npm run build');
      expect(own.filter(({ with: inputs }) => 'cache' in inputs)).toEqual([]);
    }
  });

  it('checks what was typed before anything else is run', () => {
    for (const { name, steps: own } of withTokens) {
      const [first] = own.filter(({ run }) => run !== undefined);
      expect({ name, run: first?.run }).toEqual({ name, run: 'bash .ci/check-inputs' });
    }
  });

  it('may only read, ends some day, and leaves no credential of git behind', () => {
    expect(workflows.map(({ permissions }) => permissions)).toEqual(
      workflows.map(() => ({ contents: 'read' })),
    );
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter(({ with: inputs }) => inputs['persist-credentials'] !== false)).toEqual([]);
    expect(workflows.filter(({ on }) => 'pull_request_target' in on)).toEqual([]);
  });

  it('tests on every supported Node', () => {
    const matrices = jobs.flatMap(({ strategy }) => (strategy === undefined ? [] : [strategy.matrix.node]));
    expect(matrices).not.toEqual([]);
    expect(matrices).toEqual(matrices.map(() => [20, 22, 24]));
  });
});

describe('.ci/check-inputs', () => {
  const check = async (inputs: Readonly<Record<string, string>>): Promise<boolean> =>
    promisify(execFile)('bash', [join(REPOSITORY, '.ci/check-inputs')], {
      env: { PATH: process.env['PATH'], ...inputs },
    }).then(
      () => true,
      () => false,
    );
  const VERSION = '0c1cf5a0-7f3e-4c3a-9c0a-2d8f6f0a1b2c';

  it.each([
    { DEPLOY_ENV: 'staging', DEPLOY_TENANTS: '', MESSAGE: 'nightly; really "all" of $it' },
    { DEPLOY_ENV: 'dev', DEPLOY_TENANTS: 'acme,my-shop_2', MESSAGE: 'größer — ✓' },
    { DEPLOY_ENV: 'production', TENANT: 'Acme', VERSION, MESSAGE: 'back' },
    { DEPLOY_ENV: 'production', TENANT: 'acme', VERSION: '', MESSAGE: '' },
  ])('takes %j', async (inputs) => {
    expect(await check(inputs)).toBe(true);
  });

  it.each([
    { DEPLOY_ENV: '' },
    { DEPLOY_ENV: 'prod' },
    { DEPLOY_ENV: 'staging\nX=1' },
    { DEPLOY_TENANTS: 'a b' },
    { DEPLOY_TENANTS: 'a,' },
    { DEPLOY_TENANTS: '--env=production' },
    { DEPLOY_TENANTS: 'a\nLD_PRELOAD=/tmp/x.so' },
    { DEPLOY_TENANTS: '$(id)' },
    { TENANT: '' },
    { TENANT: '../acme' },
    { TENANT: '-x' },
    { TENANT: 'é' },
    { VERSION: '--force' },
    { VERSION: `${VERSION} --force` },
    { VERSION: `x\n${VERSION}` },
    { MESSAGE: 'a\nb' },
    { MESSAGE: 'a\u001B[2Jb' },
    { MESSAGE: 'x'.repeat(501) },
  ])('refuses %j', async (inputs) => {
    expect(await check(inputs)).toBe(false);
  });
});
