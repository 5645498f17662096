import { afterEach, expect, test } from 'vitest';
import { startProject, type TestProject } from '../support/project.ts';

let project: TestProject;

afterEach(() => project.close());

const target = { tenant: 'acme' };
const wrangler = {
  services: [{ binding: 'SELF', service: 'acme' }],
  durable_objects: { bindings: [{ name: 'COUNTER', class_name: 'Counter' }] },
  migrations: [{ tag: 'v1', new_sqlite_classes: ['Counter'] }],
};
const SOURCE = `
import { DurableObject } from 'cloudflare:workers';
export class Counter extends DurableObject {}
export default {
  fetch: (request, env) => Response.json({ status: 'ok', version: { id: env.VERSION.id } }),
};
`;

test.each([
  ['at once where Cloudflare takes that', false, ['PUT /scripts/acme']],
  ['in two uploads where it does not', true, ['PUT /scripts/acme', 'PUT /scripts/acme', 'PUT /scripts/acme']],
])('a Worker that binds itself is created %s', async (_what, refused, uploads) => {
  project = await startProject({
    wrangler,
    ...(refused ? {} : { emulator: { assumptions: { 'no-self-binding-at-first': 'alternative' } } }),
  });
  await project.write('tenants/acme/src/index.js', SOURCE);
  const plan = await project.deployer.plan(target);
  expect(plan.steps[0]?.description).toContain('its binding to itself in a second upload if');

  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({ status: 'deployed', endState: 'live', leftovers: [], error: null });
  expect(project.writes().filter((write) => write.startsWith('PUT /scripts/acme'))).toEqual(uploads);
  expect(await project.deployer.drift(target)).toMatchObject({ outcome: 'clean' });
  expect(await project.deployer.deploy(target)).toMatchObject({ status: 'unchanged' });
  // What was uploaded without the binding is nothing to go back to.
  await expect(project.deployer.rollback(target)).rejects.toMatchObject({
    code: 'ROLLBACK_IMPOSSIBLE',
    details: { passedOver: refused ? [LACKS_ONE] : [] },
  });
});
const LACKS_ONE = { why: expect.stringContaining('lacks 1 of its bindings') as string };
