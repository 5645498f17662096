import { execFile } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  startProject,
  tenantFile,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

let project: TestProject;

const git = async (...args: readonly string[]): Promise<void> => {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  await promisify(execFile)('git', ['-C', project.root, ...identity, ...args]);
};

const commit = async (message: string): Promise<void> => {
  await git('add', '-A');
  await git('commit', '-q', '--no-verify', '-m', message);
};

/** `own` has its own code and imports `lib/shared.js`; `row1` and `row2` are rows of a table over one Worker. */
beforeEach(async () => {
  project = await startProject({ git: true, tenants: [], emulator: { runtime: createFakeRuntime } });
  await project.write('.gitignore', '.cf-deploy/\ndeployments/\n');
  await project.write(
    'cf-deploy.config.mjs',
    "export default { workers: { api: { path: 'workers/api', overrides: ({ tenant }) => ({ name: tenant.id, kv_namespaces: [] }) } } };",
  );
  await project.write('workers/api/wrangler.json', wranglerFile('api', { kv_namespaces: [] }));
  await project.write('workers/api/src/index.js', HEALTHY);
  const row = (tenantId: string): string =>
    JSON.stringify({ tenantId, accountId: ACCOUNT, healthCheck: false });
  await project.write('tenants.jsonl', `${row('row1')}\n${row('row2')}\n`);
  await project.write('tenants/own/wrangler.json', wranglerFile('own'));
  await project.write(
    'tenants/own/tenant.config.json',
    tenantFile('own', { healthCheck: false, workers: undefined }),
  );
  await project.write('tenants/own/src/index.js', `import '../../../lib/shared.js';\n${HEALTHY}`);
  await project.write('lib/shared.js', 'globalThis.shared = 1;\n');
  await project.write('docs/readme.md', 'one\n');
  await project.write('package-lock.json', '{}\n');
  await git('init', '-q', '-b', 'main');
  await commit('first');
});

afterEach(async () => {
  await project.close();
});

async function selected(): Promise<readonly string[]> {
  const { results } = await project.deployer.planAll({ changedSince: 'main' });
  return results.map(({ tenant }) => tenant);
}

test.each<[string, () => Promise<void>, readonly string[]]>([
  ['nothing', async () => undefined, []],
  ['a file nobody builds from', () => project.write('docs/readme.md', 'two\n'), []],
  ['what one Worker imports', () => project.write('lib/shared.js', 'globalThis.shared = 2;\n'), ['own']],
  [
    'the code rows share',
    () => project.write('workers/api/src/index.js', `${HEALTHY}// more\n`),
    ['row1', 'row2'],
  ],
  [
    'their wrangler file',
    () => project.write('workers/api/wrangler.json', wranglerFile('api', { kv_namespaces: [], vars: {} })),
    ['row1', 'row2'],
  ],
  ["a tenant's own file, not yet in git", () => project.write('tenants/own/notes.txt', 'new'), ['own']],
  ['the lockfile', () => project.write('package-lock.json', '{"a":1}\n'), ['own', 'row1', 'row2']],
  [
    "the project's configuration",
    () => appendFile(join(project.root, 'cf-deploy.config.mjs'), '// more\n'),
    ['own', 'row1', 'row2'],
  ],
  [
    'one row of a table',
    async () =>
      project.write(
        'tenants.jsonl',
        (await project.read('tenants.jsonl')).replace('"row2",', '"row2","labels":{"tier":"gold"},'),
      ),
    ['row2'],
  ],
])('changed since a git ref: %s', async (_what, change, expected) => {
  await change();
  expect(await selected()).toEqual(expected);
});

test('a commit on a branch counts as much as what is not committed', async () => {
  await git('checkout', '-q', '-b', 'work');
  await project.write('lib/shared.js', 'globalThis.shared = 3;\n');
  await commit('second');
  expect(await selected()).toEqual(['own']);
});

test.each(['nowhere', '--output=x', 'main..work'])('%s is no ref git knows here', async (changedSince) => {
  await expect(project.deployer.planAll({ changedSince })).rejects.toMatchObject({ code: 'USAGE' });
});
