import { describe, expect, it, onTestFinished } from 'vitest';
import { ACCOUNT, startProject } from '../support/project.ts';

const SOURCE = `
export default {
  fetch: (request, env) => Response.json({ status: 'ok', version: { id: env.VERSION.id } }),
  scheduled() {},
  queue(batch) { batch.ackAll(); },
};
`;

describe('the first deploy of a Worker', () => {
  it('sets its crons and its queue consumer too, so that the second one has nothing to do', async () => {
    const project = await startProject({
      wrangler: {
        triggers: { crons: ['0 * * * *'] },
        queues: { consumers: [{ queue: 'jobs', max_batch_size: 5 }] },
      },
    });
    onTestFinished(() => project.close());
    await project.emulator.admin.seed({ queues: [{ accountId: ACCOUNT, name: 'jobs' }] });
    await project.write('tenants/acme/src/index.js', SOURCE);

    const first = await project.deployer.deploy({ tenant: 'acme' });
    expect(first.status).toBe('deployed');
    expect(first.steps.map(({ kind }) => kind)).toEqual([
      'upload-script',
      'subdomain',
      'crons',
      'queue-consumers',
    ]);
    expect((await project.deployer.drift({ tenant: 'acme' })).changes).toEqual([]);
    expect((await project.deployer.deploy({ tenant: 'acme' })).status).toBe('unchanged');
  });
});
