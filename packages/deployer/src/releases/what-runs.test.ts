import { expect, test } from 'vitest';
import { fakeApi } from '../../test/support/api.ts';
import { makeWorker } from '../../test/support/worker.ts';
import { whatRuns } from './what-runs.ts';

const worker = makeWorker({ dispatchNamespace: 'n' });

test.each<[string, object | null, string | null, boolean]>([
  [
    'that was uploaded by us runs the upload that was kept',
    { artifact: 'a'.repeat(64) },
    'a'.repeat(64),
    true,
  ],
  ['of which nothing was kept runs nothing that has a name', {}, null, true],
  ['that somebody else uploaded runs nothing that has a name', null, null, false],
])('a Worker in a namespace %s', async (_what, mark, id, ours) => {
  const artifact = mark !== null && 'artifact' in mark ? ` artifact=${String(mark.artifact)}` : '';
  const annotations = mark === null ? {} : { 'workers/message': `[cf-deploy run=r${artifact}]` };
  const { reader, reads } = fakeApi({
    'GET /workers/dispatch/namespaces/n/scripts/acme/settings': { annotations },
  });
  const found = await whatRuns({ api: { reader } as never, worker });
  expect([found.id, found.by, await found.ours()]).toEqual([id, 'somebody uploaded it', ours]);
  expect(reads).toHaveLength(1);
});

test('one that is not there runs nothing', async () => {
  const found = await whatRuns({ api: { reader: fakeApi({}).reader } as never, worker });
  expect([found.id, await found.ours()]).toEqual([null, false]);
});
