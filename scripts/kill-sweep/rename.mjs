/** One life in which `tenant rename` is killed, of a tenant whose two Workers bind services of each other. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDeployer } from '@cf-deploy/deployer';
import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { ACCOUNT, openWorld } from './world.mjs';

/** Calls of such a rename. */
const CALLS = 100;
const RENAME = ['tenant', 'rename', 'acme', 'zeta', '--yes'];

/** Lives through one seed. Gives its story, what was wrong, and how it ended. */
export async function liveRename(seed) {
  const how = ['lost', 'unanswered', 'answered'][seed % 3];
  const point = { at: 'call', nth: 1 + ((seed * 37) % CALLS), how, ms: seed % 7 };
  const world = await openWorld([]);
  const story = [`tenant rename, killed ${JSON.stringify(point)}`];
  const wrong = [];
  const expect = (isSo, what) => {
    if (!isSo) wrong.push(what);
  };
  const scripts = () => world.emulator.admin.scripts(ACCOUNT).map(({ name }) => name);
  try {
    await writeProject(world.root);
    await deployFirst(world);
    const dead = await world.run(RENAME, point);
    story.push(`killed: ${dead.killed}, after ${dead.calls.length} calls; there are ${scripts().join(', ')}`);
    for (const name of ['api', 'auth'])
      expect(
        scripts().some((script) => script.startsWith(name)),
        `no ${name} Worker is left`,
      );
    const isDone =
      (await tableOf(world.root)).includes('zeta') && scripts().every((name) => name.endsWith('zeta'));
    const again = await world.run(RENAME);
    story.push(`again: exit ${again.code}`, ...(again.code === 0 ? [] : [again.stdout, again.stderr]));
    expect(again.code === 0 || isDone, `the same command ended with ${again.code}`);
    expect(scripts().toSorted().join() === 'api-zeta,auth-zeta', `there are ${scripts().join()}`);
    const drift = await world.run(['drift', '--all', '--full']);
    expect(drift.code === 0, `drift ends with ${drift.code}`);
    const records = await recordsOf(world.root);
    expect(
      records.every(({ status }) => status !== 'running' || isDone),
      'a record says that it is running',
    );
    expect(
      records.some(({ kind, status }) => kind === 'tenant-rename' && status === 'done') || isDone,
      'no record of it',
    );
    return { seed, kind: 'rename', killed: dead.killed, story, wrong };
  } finally {
    await world.close();
  }
}

async function writeProject(root) {
  const shared = (name, other) =>
    `${name}: { path: 'workers/${name}', overrides: { name: '${name}-\${tenant.id}', services: [{ binding: 'OTHER', service: '${other}-\${tenant.id}' }] } }`;
  await write(
    root,
    'cf-deploy.config.mjs',
    `export default { healthCheck: false, workers: { ${shared('api', 'auth')}, ${shared('auth', 'api')} } };\n`,
  );
  for (const name of ['api', 'auth']) {
    await write(
      root,
      `workers/${name}/src/index.js`,
      'export default { fetch: (_request) => Response.json({ ok: true }), scheduled() {} };\n',
    );
    const services = [{ binding: 'OTHER', service: 'x' }];
    const wrangler = { name, main: 'src/index.js', compatibility_date: '2026-02-01', services };
    await write(root, `workers/${name}/wrangler.json`, JSON.stringify(wrangler));
  }
  await write(root, 'tenants.csv', `tenantId,accountId\nacme,${ACCOUNT}\n`);
}

async function write(root, file, text) {
  await mkdir(join(root, file, '..'), { recursive: true });
  await writeFile(join(root, file), text);
}

const tableOf = (root) => readFile(join(root, 'tenants.csv'), 'utf8');

async function deployFirst({ root, emulator }) {
  const fetch = (input, init) => emulator.fetch(new Request(input, init));
  const deployer = createDeployer({ root, fetch, apiToken: LOCAL_TOKEN, env: {} });
  const { results } = await deployer.deployAll({});
  const failed = results.find(({ status }) => status !== 'deployed');
  if (failed !== undefined) throw new Error(`nothing to begin with: ${JSON.stringify(failed.error)}`);
}

async function recordsOf(root) {
  const names = (await readdir(join(root, 'deployments'))).filter((name) => name.endsWith('.json'));
  return Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(root, 'deployments', name), 'utf8'))),
  );
}
