import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answeringHealth } from './support/answering-health.ts';
import { createProject, type Project } from './support/project.ts';
import { startLocal, type RunningLocal } from './support/running-local.ts';

let project: Project;
let cloudflare: RunningLocal;

const TARGET = ['--tenant=mrrainbowsmoke', '--env=staging'];
const VALUE = 'planted-Secret-Value-0815';
const TOKEN = 'planted-Token-Value-4711-abcdefghijklmnop';

beforeAll(async () => {
  project = await createProject({ runtime: answeringHealth, simple: true });
  cloudflare = await startLocal(project);
  await project.local(['deploy', ...TARGET]);
}, 60_000);

afterAll(async () => {
  await cloudflare.stop();
  await project.remove();
});

describe('secrets', () => {
  it('put takes the value from standard input and never shows it', async () => {
    const { exitCode, stdout, stderr } = await project.cli(
      ['secrets', 'put', 'CHAT_API_KEY', ...TARGET, '--local'],
      {
        stdin: `${VALUE}\n`,
      },
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('CHAT_API_KEY');
    expect(stdout + stderr).not.toContain(VALUE);
  });

  it('put takes it from a variable', async () => {
    const { exitCode, json } = await project.local(
      ['secrets', 'put', 'OTHER', ...TARGET, '--from-env=MY_VALUE'],
      {
        env: { MY_VALUE: VALUE },
      },
    );
    expect(exitCode).toBe(0);
    expect(json.command).toBe('secrets put');
    expect(json.result.secrets.map(({ name }: { name: string }) => name)).toContain('OTHER');
    expect(JSON.stringify(json)).not.toContain(VALUE);
  });

  it.each([
    ['nothing on standard input', { stdin: '' }, [], 'held no value'],
    ['a terminal instead of a pipe', { answer: '' }, [], 'which is the terminal'],
    ['a variable that is not set', {}, ['--from-env=NOPE'], 'NOPE is not set'],
    ['a value too large', { stdin: 'x'.repeat(6000) }, [], 'larger than 5120 bytes'],
  ])('put refuses %s', async (_, options, flags, message) => {
    const { exitCode, stderr } = await project.cli(
      ['secrets', 'put', 'K', ...TARGET, ...flags, '--local'],
      options,
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain(message);
  });

  it('list and delete work by name; delete asks on a terminal', async () => {
    const put = ['secrets', 'put', 'UNWANTED', ...TARGET, '--from-env=MY_VALUE'];
    expect((await project.local(put, { env: { MY_VALUE: VALUE } })).exitCode).toBe(0);
    const kept = await project.cli(['secrets', 'delete', 'UNWANTED', ...TARGET, '--local'], { answer: 'n' });
    expect(kept.exitCode).toBe(3);
    const listed = async (): Promise<readonly object[]> =>
      (await project.local(['secrets', 'list', ...TARGET])).json.result.secrets;
    const unwanted = { name: 'UNWANTED', required: false, present: true };
    expect(await listed()).toContainEqual(unwanted);
    expect((await project.local(['secrets', 'delete', 'UNWANTED', ...TARGET])).exitCode).toBe(0);
    expect((await listed()).map((secret) => JSON.stringify(secret)).join()).not.toContain('UNWANTED');
  });
});

describe('a token', () => {
  it('appears nowhere: not in output, logs at the finest level, errors or records', async () => {
    const env = {
      CLOUDFLARE_API_TOKEN_MRRAINBOWSMOKE: TOKEN,
      // A token the embedded Cloudflare does not know, sent to it over loopback as to a real API.
      CLOUDFLARE_API_BASE_URL: `${cloudflare.url}/client/v4`,
    };
    for (const command of ['deploy', 'drift', 'status', 'doctor', 'plan', 'versions', 'rollback']) {
      for (const extra of [[], ['--json'], ['--log-level=trace']]) {
        const run = await project.cli([command, ...TARGET, ...extra], { env });
        expect({ command, done: run.exitCode === 0 }).toEqual({ command, done: false });
        expect(run.stdout + run.stderr).not.toContain(TOKEN);
      }
    }
    for (const name of await readdir(join(project.root, 'deployments'))) {
      expect(await project.read(`deployments/${name}`)).not.toContain(TOKEN);
    }
  }, 60_000);

  it('that the API refuses makes commands exit with 4', async () => {
    const { exitCode, json } = await project.cli(['plan', ...TARGET, '--json'], {
      env: { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_API_BASE_URL: `${cloudflare.url}/client/v4` },
    });
    // Cloudflare's answer does not tell an unknown token from one without rights.
    expect([exitCode, json.error?.code]).toEqual([
      4,
      expect.stringMatching(/^(CREDENTIALS_INVALID|PERMISSION_DENIED)$/),
    ]);
  });

  it('is not sent to a base URL that is neither https nor this machine', async () => {
    const { exitCode, json } = await project.cli(['plan', ...TARGET, '--json'], {
      env: { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_API_BASE_URL: 'http://api.example.com/client/v4' },
    });
    expect([exitCode, json.error?.code]).toEqual([3, 'BASE_URL_REFUSED']);
  });
});
