import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type Project } from './support/project.ts';
import { startLocal, type RunningLocal } from './support/running-local.ts';

const ENTRY = 'packages/worker-api/src/index.ts';
const DEPLOY = ['deploy', '--tenant=mrrainbowsmoke', '--env=staging'];
/** Where nothing is deployed in this file. */
const FIRST_DEPLOY = ['deploy', '--tenant=mrrainbowsmoke', '--env=production'];
const FLAGS = [...DEPLOY, '--check-startup'];

let project: Project;
let cloudflare: RunningLocal;

beforeAll(async () => {
  project = await createProject();
  cloudflare = await startLocal(project);
}, 60_000);

afterAll(async () => {
  await cloudflare.stop();
  await project.remove();
});

describe('deploy --check-startup', () => {
  it('sends no byte of a Worker that throws at start-up, and names the line in the source', async () => {
    const entry = await project.read(ENTRY);
    const line = entry.trimEnd().split('\n').length + 2;
    await project.write(ENTRY, `${entry.trimEnd()}\n\nthrow new Error('not configured');\n`);
    await cloudflare.forget();
    const { exitCode, json } = await project.local(FLAGS);
    expect(exitCode).toBe(3);
    expect(json.error).toMatchObject({ code: 'SCRIPT_DOES_NOT_START' });
    expect(json.error?.message).toContain(`packages/worker-api/src/index.ts:${line}:7`);
    expect((await cloudflare.requests()).filter(({ method }) => method !== 'GET')).toEqual([]);
    await project.write(ENTRY, entry);
  }, 60_000);

  it('deploys one that starts', async () => {
    // Another test may have deployed it already.
    const { exitCode, json } = await project.local([...FLAGS, '--force']);
    expect({ exitCode, error: json.error }).toEqual({ exitCode: 0, error: undefined });
    expect(json.result).toMatchObject({ status: 'deployed' });
  }, 60_000);
});

describe('deploy', () => {
  /** Deploys, with a line that throws at start-up, and gives the requests that would have changed something. */
  async function deployThrowing(args: readonly string[]) {
    const entry = await project.read(ENTRY);
    await project.write(ENTRY, `${entry.trimEnd()}\n\nthrow new Error('not configured');\n`);
    await cloudflare.forget();
    const { exitCode, json } = await project.local(args);
    await project.write(ENTRY, entry);
    const writes = (await cloudflare.requests()).filter(({ method }) => method !== 'GET');
    return {
      exitCode,
      json,
      writes: writes.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`),
    };
  }

  it('leaves it to Cloudflare to start a new version, which is not live if it does not start', async () => {
    expect((await project.local(DEPLOY)).exitCode).toBe(0);
    const { exitCode, json, writes } = await deployThrowing(DEPLOY);
    expect(exitCode).toBe(1);
    expect(json.result).toMatchObject({ status: 'failed', endState: 'untouched' });
    expect(writes).toEqual(['POST versions']);
  }, 60_000);

  it('starts the code here first when the upload itself puts it live', async () => {
    const { exitCode, json, writes } = await deployThrowing(FIRST_DEPLOY);
    expect(exitCode).toBe(3);
    expect(json.error).toMatchObject({ code: 'SCRIPT_DOES_NOT_START' });
    expect(writes).toEqual([]);
  }, 60_000);
});
