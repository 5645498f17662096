import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProject, type Project } from './support/project.ts';

let project: Project;

beforeEach(async () => {
  project = await createProject({ simple: true });
});

afterEach(() => project.remove());

/** This repository's tenants as they are, for tests about their source. */
async function withSource(): Promise<void> {
  await project.remove();
  project = await createProject();
}

const WRANGLER = 'tenants/mrrainbowsmoke/wrangler.jsonc';
const TARGET = ['--tenant=mrrainbowsmoke', '--env=staging'];

/** The command fails as said, without a stack, and leaves no record of a success. */
async function refused(
  args: readonly string[],
  expected: { code: string; exitCode: number; says: RegExp[] },
): Promise<void> {
  const { exitCode, json } = await project.cli([...args, '--json']);
  const text = JSON.stringify(json);
  expect({ exitCode, code: json.error?.code }).toEqual({ exitCode: expected.exitCode, code: expected.code });
  for (const pattern of expected.says) expect(text).toMatch(pattern);
  const human = await project.cli(args);
  expect(human.exitCode).toBe(expected.exitCode);
  expect(human.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  for (const name of await readdir(join(project.root, 'deployments')).catch(() => [])) {
    const record = JSON.parse(await project.read(`deployments/${name}`)) as { status: string };
    expect(record.status).not.toMatch(/deployed|unchanged/);
  }
}

describe('a machine that refuses a file', () => {
  it.each(['.cf-deploy', 'deployments'])('is no defect of this tool: %s is a file', async (name) => {
    await project.write(name, 'in the way');
    const { exitCode, json } = await project.local(['deploy', ...TARGET]);
    expect(exitCode).toBe(1);
    expect(json.error).toMatchObject({
      code: 'MACHINE_REFUSED',
      message: expect.stringContaining(join(project.root, name)) as string,
      hint: 'Something else is in its place: move it away, then run the command again.',
    });
  });
});

describe.each(['deploy', 'plan'])('%s refuses', (command) => {
  it('an unknown tenant, with the one that was probably meant', async () => {
    await refused([command, '--tenant=mrrainbowsmok', '--env=staging', '--local'], {
      code: 'TENANT_UNKNOWN',
      exitCode: 3,
      says: [/mrrainbowsmok\b/, /mrrainbowsmoke/],
    });
  });

  it('an unknown environment, listing those that exist', async () => {
    await refused([command, '--tenant=mrrainbowsmoke', '--env=qa', '--local'], {
      code: 'ENVIRONMENT_UNKNOWN',
      exitCode: 3,
      says: [/dev/, /staging/, /production/],
    });
  });

  it('broken JSON, with file and line', async () => {
    await project.write(WRANGLER, '{\n  "name": "x",\n  "vars": { "A": }\n}\n');
    await refused([command, ...TARGET, '--local'], {
      code: 'CONFIG_UNREADABLE',
      exitCode: 3,
      says: [/tenants\/mrrainbowsmoke\/wrangler\.jsonc/, /"line":\s*3/],
    });
  });

  it('account ids that differ between the two files', async () => {
    const { accountId } = JSON.parse(await project.read('tenants/mrrainbowsmoke/tenant.config.json')) as {
      accountId: string;
    };
    await project.edit(WRANGLER, accountId, 'f'.repeat(32));
    await refused([command, ...TARGET, '--local'], {
      code: 'CONFIG_INVALID',
      exitCode: 3,
      says: [/account/i, /wrangler\.jsonc/, /tenant\.config\.json/],
    });
  });

  it('an environment without a required binding', async () => {
    const text = await project.read(WRANGLER);
    const at = text.indexOf('"CACHE"', text.indexOf('"staging"'));
    await project.write(WRANGLER, `${text.slice(0, at)}"CACHE2"${text.slice(at + '"CACHE"'.length)}`);
    await refused([command, ...TARGET, '--local'], {
      code: 'CONFIG_INVALID',
      exitCode: 3,
      says: [/CACHE/, /staging/],
    });
  });

  it('to go on without a token, naming where it looked', async () => {
    await refused([command, ...TARGET], {
      code: 'CREDENTIALS_MISSING',
      exitCode: 4,
      says: [/CLOUDFLARE_API_TOKEN_MRRAINBOWSMOKE/],
    });
  });

  it('source that does not compile, with file and line', async () => {
    await withSource();
    await project.write('packages/worker-api/src/health.ts', 'export const x = ;\n');
    await refused([command, ...TARGET, '--local'], {
      code: 'BUNDLE_FAILED',
      exitCode: 3,
      says: [/packages\/worker-api\/src\/health\.ts/, /1/],
    });
  });
});

describe.each(['deploy', 'validate'])('%s refuses', (command) => {
  it('a Worker that does not start, with its own message and the place in the source, before anything is sent', async () => {
    await withSource();
    await project.edit(
      'packages/worker-api/src/settings.ts',
      'export async function',
      "throw new TypeError('boom at start');\nexport async function",
    );
    const { exitCode, json } = await project.local([command, ...TARGET]);
    const text = JSON.stringify(json);
    expect(exitCode).toBe(3);
    expect(text).toContain('boom at start');
    expect(text).toMatch(/packages\/worker-api\/src\/settings\.ts/);
    const status = await project.local(['status', ...TARGET]);
    expect(status.json.result.exists).toBe(false);
  }, 60_000);
});

describe('deploy --no-check-startup', () => {
  it('leaves it to Cloudflare to refuse', async () => {
    await withSource();
    await project.edit(
      'packages/worker-api/src/index.ts',
      'async function route',
      'boom();\nasync function route',
    );
    const { exitCode, json } = await project.local(['deploy', ...TARGET, '--no-check-startup']);
    expect(exitCode).toBe(1);
    expect(JSON.stringify(json)).toContain('boom is not defined');
  }, 60_000);
});

describe('validate', () => {
  it('passes every tenant in every environment', async () => {
    await withSource();
    for (const env of ['', 'dev', 'staging', 'production']) {
      const { exitCode, json } = await project.cli(['validate', '--all', `--env=${env}`, '--json']);
      expect({
        env,
        exitCode,
        findings: json.result.results.flatMap((r: { findings: unknown[] }) => r.findings),
      }).toEqual({ env, exitCode: 0, findings: [] });
    }
  });

  it('refuses source that does not compile, with file and line', async () => {
    await withSource();
    await project.write('packages/worker-api/src/health.ts', 'export const x = ;\n');
    const { exitCode, json } = await project.cli(['validate', '--all', '--env=staging', '--json']);
    expect(exitCode).toBe(3);
    for (const { valid, findings } of json.result.results) {
      expect([valid, findings[0].place]).toMatchObject([
        false,
        { file: 'packages/worker-api/src/health.ts', line: 1 },
      ]);
    }
  });

  it('reports every mistake at once, with places, and exits 3', async () => {
    await project.edit(WRANGLER, '"workers_dev": true', '"workers_dev": "yes", "compatability_flags": []');
    const { exitCode, json } = await project.cli(['validate', ...TARGET, '--json']);
    expect([exitCode, json.result.valid]).toEqual([3, false]);
    expect(json.result.findings.length).toBeGreaterThanOrEqual(2);
    for (const finding of json.result.findings)
      expect(finding.place).toMatchObject({ file: WRANGLER, line: expect.any(Number) });
    const { stdout } = await project.cli(['validate', ...TARGET]);
    expect(stdout).toMatch(/tenants\/mrrainbowsmoke\/wrangler\.jsonc:\d+:\d+/);
    expect(stdout).toContain('compatibility_flags');
  });
});

describe('doctor exits like the command it looks ahead of', () => {
  it('4 without a token', async () => {
    const { exitCode, json } = await project.cli(['doctor', ...TARGET, '--json']);
    expect([exitCode, json.result.checks]).toMatchObject([
      4,
      expect.arrayContaining([expect.objectContaining({ status: 'failed', code: 'CREDENTIALS_MISSING' })]),
    ]);
  });

  it('3 for an unknown tenant', async () => {
    const { exitCode } = await project.cli(['doctor', '--tenant=nobody', '--json']);
    expect(exitCode).toBe(3);
  });
});

describe('a finding', () => {
  it('stands at the environment that lacks the binding, and its hint is said once', async () => {
    const text = await project.read(WRANGLER);
    const at = text.indexOf('"CACHE"', text.indexOf('"staging"'));
    await project.write(WRANGLER, `${text.slice(0, at)}"CACHE2"${text.slice(at + '"CACHE"'.length)}`);
    const { stderr } = await project.cli(['plan', ...TARGET, '--local']);
    const line = text.slice(0, text.indexOf('"staging": {')).split('\n').length;
    expect(stderr).toContain(`${WRANGLER}:${line}:`);
    expect(stderr.match(/bindings are not inherited/g)).toHaveLength(1);
  });
});
