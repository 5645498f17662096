import { cp, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answeringHealth } from './support/answering-health.ts';
import { createProject, type Project } from './support/project.ts';
import { runCli } from './support/run-cli.ts';
import { startLocal, type RunningLocal } from './support/running-local.ts';
import { shellBlocks, toCall } from './support/shell-blocks.ts';

const repositoryFile = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const readRepository = (path: string): Promise<string> => readFile(repositoryFile(path), 'utf8');

/** Documents whose every command is run, in order, against one embedded Cloudflare with two versions deployed. */
const DOCUMENTS = [
  'docs/runbooks/rollback-deployment.md',
  'docs/runbooks/incident-response.md',
  'docs/deployment/multi-account-auth.md',
  'docs/getting-started.md',
  'docs/tenants.md',
  'docs/life-of-a-tenant.md',
  'docs/runbooks/off-boarding.md',
  'docs/emulator.md',
  'examples/README.md',
];

describe('a document', () => {
  let project: Project;
  let cloudflare: RunningLocal;
  let scripts: Readonly<Record<string, string>>;
  let version = '';
  let releaseId = '';
  let account = '';

  beforeAll(async () => {
    ({ scripts } = JSON.parse(await readRepository('package.json')) as { scripts: Record<string, string> });
    project = await createProject({ runtime: answeringHealth });
    await cp(repositoryFile('examples'), join(project.root, 'examples'), {
      recursive: true,
      filter: (source) => !source.includes('/examples/.cf-deploy'),
    });
    await symlink(repositoryFile('node_modules'), join(project.root, 'node_modules'));
    cloudflare = await startLocal(project);
    const production = ['deploy', '--all', '--env=production'];
    const { results } = (await project.local(production)).json.result as {
      results: readonly { tenant: string; versionId: string; accountId: string }[];
    };
    const deployed = results.find(({ tenant }) => tenant === 'mrrainbowsmoke');
    version = deployed?.versionId ?? '';
    account = deployed?.accountId ?? '';
    await project.local(['deploy', '--all', '--env=staging']);
  }, 120_000);

  /** Deploys other code, so that there is something to go back from. */
  async function release(): Promise<void> {
    await project.edit(
      'packages/worker-api/src/index.ts',
      'return await route(',
      "if (request.method === 'TRACE') return new Response(null, { status: 405 });\n      return await route(",
    );
    const { result } = (await project.local(['deploy', '--all', '--env=production'])).json;
    releaseId = String(result.releaseId);
  }

  /** A release that stands at a gate after its first target. */
  async function gatedRelease(): Promise<string> {
    await project.write(
      'cf-deploy.config.mjs',
      "export default { rollout: { waves: [{ count: 1, gate: 'manual' }] } };\n",
    );
    await release();
    await rm(join(project.root, 'cf-deploy.config.mjs'));
    return releaseId;
  }

  afterAll(async () => {
    await cloudflare.stop();
    await project.remove();
  });

  // One story: a document may change what the next one finds.
  it('shows only commands that do what it says', async () => {
    for (const document of DOCUMENTS) await runCommandsOf(document);
  }, 600_000);

  async function runCommandsOf(document: string): Promise<void> {
    const blocks = shellBlocks(await readRepository(document)).filter(
      ({ marks }) => !marks.includes('no-test') && !marks.includes('setup'),
    );
    expect({ document, empty: blocks.length === 0 }).toEqual({ document, empty: false });
    if (document.includes('/runbooks/')) {
      await release();
      await release();
    }
    const variables = {
      VERSION: version,
      RELEASE: releaseId,
      UNDER_WAY: '',
      BAD: '',
      ACCOUNT: account,
      NEW_VALUE: 'rotated-value',
    };
    for (const { commands, exitCodes } of blocks) {
      for (const command of commands) {
        if (command.includes('$UNDER_WAY') && variables.UNDER_WAY === '') {
          // Gone on with it is the last one, which is taken back below.
          variables.UNDER_WAY = await gatedRelease();
          variables.RELEASE = variables.UNDER_WAY;
        }
        if (command.includes('$BAD') && variables.BAD === '') variables.BAD = await gatedRelease();
        const { args, stdin } = toCall(command, scripts, variables);
        const local = args.includes('--local') ? [] : ['--local'];
        // What Hono makes of an app cannot be read off its text.
        const runtime = args.includes('hono') ? 'workerd' : answeringHealth;
        // A command about another project than the one here says which.
        const run = args.includes('--root')
          ? await runCli([...args, ...local], { cwd: project.root, stdin, runtime })
          : await project.cli([...args, ...local], { stdin });
        const right = exitCodes.includes(run.exitCode);
        expect({ document, command, right, said: right ? '' : run.stderr }).toEqual({
          document,
          command,
          right: true,
          said: '',
        });
      }
    }
  }
});

describe('commands of documents', () => {
  const scripts = { status: 'node packages/cli/bin/cf-deploy.js status', lint: 'oxlint' };

  it('are read as a shell would', () => {
    expect(toCall('npm run status -- --tenant=a --message="b c"', scripts, {}).args).toEqual([
      'status',
      '--tenant=a',
      '--message=b c',
    ]);
    expect(toCall('printf %s "$V" | npx cf-deploy secrets put X', scripts, { V: 'v' })).toEqual({
      args: ['secrets', 'put', 'X'],
      stdin: 'v',
    });
  });

  it('that no test can run are refused', () => {
    expect(() => toCall('npm run lint', scripts, {})).toThrow('No such script');
    expect(() => toCall('npm run status --tenant=a', scripts, {})).toThrow('npm would take the flags');
    expect(() => toCall('curl https://x', scripts, {})).toThrow('Not a command');
    expect(() => toCall('npx cf-deploy plan --tenant=$NOBODY', scripts, {})).toThrow('$NOBODY');
  });
});
