import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answeringHealth } from './support/answering-health.ts';
import { createProject, type Project } from './support/project.ts';
import { startLocal, type RunningLocal } from './support/running-local.ts';

let project: Project;
let cloudflare: RunningLocal;

const TARGET = ['--tenant=mrrainbowsmoke', '--env=staging'];
const SCRIPT = 'bluey-ai-worker-staging';

beforeAll(async () => {
  project = await createProject({ runtime: answeringHealth, simple: true });
  cloudflare = await startLocal(project);
}, 60_000);

beforeEach(async () => {
  await project.local(['deploy', ...TARGET]);
}, 60_000);

afterAll(async () => {
  await cloudflare.stop();
  await project.remove();
});

describe('drift', () => {
  it('is none after a deploy', async () => {
    const { exitCode, json } = await project.local(['drift', ...TARGET]);
    expect([exitCode, json.result.drifted, json.result.changes]).toEqual([0, false, []]);
  });

  it('names what was changed, removed and added in the dashboard, and by whom, until the next deploy', async () => {
    const { accountId } = JSON.parse(await project.read('tenants/mrrainbowsmoke/tenant.config.json')) as {
      accountId: string;
    };
    const by = { email: 'someone@example.com', accountId, script: SCRIPT };
    await cloudflare.edit({ ...by, kind: 'set-variable', name: 'ENVIRONMENT', text: 'hacked' });
    await cloudflare.edit({ ...by, kind: 'remove-binding', name: 'CACHE' });
    await cloudflare.edit({ ...by, kind: 'add-cron', cron: '5 4 * * *' });

    const { exitCode, json } = await project.local(['drift', ...TARGET]);
    expect(exitCode).toBe(2);
    const paths = json.result.changes.map(
      ({ path, kind }: { path: string; kind: string }) => `${kind} ${path}`,
    );
    expect(paths).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^changed bindings\.ENVIRONMENT/),
        expect.stringMatching(/^added bindings\.CACHE/),
        expect.stringMatching(/^removed crons/),
      ]),
    );
    expect(paths).toHaveLength(3);
    expect(json.result.provenance).toMatchObject({ author: 'someone@example.com', source: 'dash' });

    const human = await project.cli(['drift', '--all', '--env=staging', '--local']);
    expect(human.stdout).toContain('ENVIRONMENT');
    expect(human.stdout).toContain('CACHE');
    expect(human.stdout).toContain('5 4 * * *');
    expect(human.stdout).toContain('someone@example.com');

    expect((await project.local(['deploy', ...TARGET])).exitCode).toBe(0);
    expect((await project.local(['drift', ...TARGET])).exitCode).toBe(0);
  });

  it('--deep finds code that was changed without a trace in the digest', async () => {
    expect((await project.local(['drift', ...TARGET, '--deep'])).json.result.changes).toEqual([]);
    const { accountId } = JSON.parse(await project.read('tenants/mrrainbowsmoke/tenant.config.json')) as {
      accountId: string;
    };
    const form = new FormData();
    form.set('metadata', JSON.stringify({ main_module: 'index.js' }));
    const code =
      'import { DurableObject } from "cloudflare:workers"; export class TenantLimits extends DurableObject {} ' +
      'export class ChatSession extends DurableObject {} export default { fetch: () => new Response("quick fix") };';
    form.set('index.js', new File([code], 'index.js', { type: 'application/javascript+module' }));
    const put = await fetch(
      `${cloudflare.url}/client/v4/accounts/${accountId}/workers/scripts/${SCRIPT}/content`,
      {
        method: 'PUT',
        headers: { authorization: `Bearer ${cloudflare.token}` },
        body: form,
      },
    );
    expect(await put.json()).toMatchObject({ success: true });

    const { exitCode, json } = await project.local(['drift', ...TARGET, '--deep']);
    expect(exitCode).toBe(2);
    expect(json.result.changes).toContainEqual(
      expect.objectContaining({
        path: 'code[index.js]',
        kind: 'changed',
        actual: expect.stringContaining(`${code.length} bytes`),
      }),
    );
    expect(JSON.stringify(json)).not.toContain('quick fix');

    await project.local(['deploy', ...TARGET]);
    expect((await project.local(['drift', ...TARGET, '--deep'])).json.result.changes).toEqual([]);
  });
});
