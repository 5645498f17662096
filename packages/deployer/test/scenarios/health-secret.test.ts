import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDouble, ownWords } from '@cf-deploy/emulator';
import { startProject, tenantFile, type TestProject } from '../support/project.ts';

const target = { tenant: 'acme' };
const VALUE = 'the-value-that-opens-the-health-route';
let project: TestProject;

/** A Worker whose health route wants a header, and that answers a wrong one with what it was sent. */
beforeEach(async () => {
  project = await startProject({
    emulator: {
      rateLimit: null,
      runtime: ({ view, clock, random }) =>
        createDouble({
          view,
          clock,
          random,
          answer: (answering) => {
            const sent = answering.request.headers.get('authorization') ?? 'nothing';
            return sent === `Bearer ${VALUE}`
              ? ownWords(answering)
              : new Response(`not ${sent}`, { status: 401 });
          },
        }),
    },
    wrangler: { no_bundle: true },
    tenantConfig: {
      healthCheck: {
        path: '/health',
        attempts: 2,
        intervalMs: 1,
        headers: { Authorization: { secret: 'HEALTH_TOKEN', prefix: 'Bearer ' } },
      },
    },
  });
});

afterEach(() => project.close());

test('a health check sends a secret that is in no file of the tenant but the env file', async () => {
  await project.write('tenants/acme/.env', `HEALTH_TOKEN=${VALUE}\n`);
  const result = await project.deployer.deploy(target);
  expect(result).toMatchObject({ status: 'deployed', health: { verdict: 'healthy' } });
  const said = JSON.stringify([result, await project.deployer.config(target), project.events]);
  expect(said).not.toContain(VALUE);
});

test('without a value nothing is sent, neither to the Worker nor to Cloudflare', async () => {
  project.clear();
  await expect(project.deployer.deploy(target)).rejects.toMatchObject({
    code: 'SECRET_MISSING',
    message: expect.stringContaining('sends secret HEALTH_TOKEN as Authorization') as unknown,
  });
  expect(project.writes()).toEqual([]);
});

test('a wrong value is not repeated, whatever the Worker answers', async () => {
  await project.write('tenants/acme/.env', 'HEALTH_TOKEN=a-wrong-value-of-some-length\n');
  const result = await project.deployer.deploy(target);
  expect(result.health.verdict).toBe('inconclusive');
  expect(JSON.stringify([result, project.events, await project.deployer.status(target)])).not.toContain(
    'a-wrong-value-of-some-length',
  );
});

test.each(['CLOUDFLARE_API_TOKEN', 'CF_TOKEN'])('%s of the deployment is not to be sent', async (secret) => {
  await project.write('tenants/acme/.env', `${secret}=${VALUE}\n`);
  await project.write(
    'tenants/acme/tenant.config.json',
    tenantFile('acme', { healthCheck: { path: '/health', headers: { Authorization: { secret } } } }),
  );
  project.clear();
  await expect(project.deployer.deploy(target)).rejects.toMatchObject({ exitCode: 3 });
  expect(project.calls).toEqual([]);
});
