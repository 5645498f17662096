import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Git } from '@cf-deploy/deployer';
import { createFakeRuntime, HEALTHY, startProject, type TestProject } from '../support/project.ts';

const target = { tenant: 'acme' };
const ONE = 'aaaaaaa1'.repeat(5);
const TWO = 'bbbbbbb2'.repeat(5);

const THREE = 'ccccccc3'.repeat(5);
const COMMITS = [ONE, TWO, THREE];

let project: TestProject;
let sha = ONE;

const git: Git = {
  commit: async () => ({ sha, dirty: false }),
  isAncestor: async (older, newer) => COMMITS.indexOf(older) <= COMMITS.indexOf(newer),
  tracked: async () => [],
  changedFiles: async () => [],
  fileAt: async () => null,
};

beforeEach(async () => {
  sha = ONE;
  project = await startProject({
    emulator: { runtime: createFakeRuntime },
    deployer: { git },
    tenantConfig: { healthCheck: false },
  });
});

afterEach(() => project.close());

async function release(commit: string, greeting: string): Promise<string> {
  sha = commit;
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", `'${greeting}'`));
  return String((await project.deployer.deploy(target)).versionId);
}

test('a rollback to a commit goes to the newest version made from it', async () => {
  // A first deploy is a script upload, which notes the commit in its marker; a version has an annotation for it.
  const first = await release(ONE, 'one');
  const second = await release(TWO, 'two');
  await release(THREE, 'three');

  const toVersion = await project.deployer.rollback({ ...target, commit: TWO.slice(0, 7).toUpperCase() });
  const toScript = await project.deployer.rollback({ ...target, commit: ONE });

  expect(toVersion).toMatchObject({ status: 'deployed', versionId: second });
  expect(toScript).toMatchObject({ status: 'deployed', versionId: first });
});

test.each([
  ['a commit no version was made from', { commit: 'd'.repeat(40) }, 'ROLLBACK_IMPOSSIBLE'],
  ['a name that is no commit', { commit: 'main' }, 'USAGE'],
  ['too few digits', { commit: 'aaaaaa' }, 'USAGE'],
  ['a commit and a version', { commit: ONE, versionId: 'aaaaaaaa' }, 'USAGE'],
])('%s is refused before anything is sent that changes something', async (_what, options, code) => {
  await release(ONE, 'one');
  await release(TWO, 'two');
  project.clear();

  await expect(project.deployer.rollback({ ...target, ...options })).rejects.toMatchObject({ code });

  expect(project.writes()).toEqual([]);
});
