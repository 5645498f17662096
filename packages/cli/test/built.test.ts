import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createEmulator, LOCAL_TOKEN } from '@cf-deploy/emulator';
import { runCli } from './support/run-cli.ts';

const run = promisify(execFile);
const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const PACKAGES = ['cli', 'deployer', 'emulator'];
const TRACKED = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];

interface Manifest {
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
}

/** The packages as they would be installed, built now from the sources. */
let installed = '';

beforeAll(async () => {
  installed = await mkdtemp(join(tmpdir(), 'cf-deploy-built-'));
  await mkdir(join(installed, 'node_modules/@cf-deploy'), { recursive: true });
  for (const name of PACKAGES) {
    const folder = join(installed, 'packages', name);
    await mkdir(folder, { recursive: true });
    for (const file of TRACKED) await copyFile(join(REPOSITORY, 'packages', name, file), join(folder, file));
    await symlink(folder, join(installed, 'node_modules/@cf-deploy', name));
  }
  await writeFile(join(installed, 'package.json'), '{"private":true}');
  await cp(join(REPOSITORY, 'packages/cli/bin'), join(installed, 'packages/cli/bin'), { recursive: true });
  for (const name of ['esbuild', 'miniflare', 'pino', 'unenv', '@cloudflare']) {
    await symlink(join(REPOSITORY, 'node_modules', name), join(installed, 'node_modules', name));
  }
  await run(process.execPath, [join(REPOSITORY, 'scripts/build.mjs'), `--into=${installed}`]);
}, 60_000);

afterAll(() => rm(installed, { recursive: true, force: true }));

async function command(
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = join(installed, 'packages/cli/bin/cf-deploy.js');
  const options = { cwd: REPOSITORY, env: { PATH: process.env['PATH'], HOME: installed } };
  return run(process.execPath, [file, ...args], options).then(
    (done) => ({ code: 0, ...done }),
    (failure: { code: number; stdout: string; stderr: string }) => failure,
  );
}

async function manifestOf(name: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(REPOSITORY, 'packages', name, 'package.json'), 'utf8')) as Manifest;
}

describe('the command that npm links', () => {
  it('is in git and executable, so that it is linked by the first `npm ci`, before anything is built', async () => {
    const { bin } = await manifestOf('cli');
    const file = join('packages/cli', bin?.['cf-deploy'] ?? '');
    const { stdout } = await run('git', ['ls-files', '--stage', '--', file], { cwd: REPOSITORY });
    expect(stdout).toMatch(/^100755 [0-9a-f]+ 0\tpackages\/cli\/bin\/cf-deploy\.js\n$/);
  });

  it('says how to build it where it is not built', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cf-deploy-unbuilt-'));
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const file = join(folder, 'bin/cf-deploy.js');
    for (const name of ['cf-deploy.js', 'package.json'])
      await copyFile(join(REPOSITORY, 'packages/cli/bin', name), join(folder, 'bin', name));
    const failed = await run(process.execPath, [file, '--version']).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run build') as string });
    await rm(folder, { recursive: true });
  });
});

describe('the built packages', () => {
  it('print the version and the help', async () => {
    const { version } = await manifestOf('cli');
    expect(await command('--version')).toMatchObject({ code: 0, stdout: `${version}\n` });
    expect(await command('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('deploy one or all tenants') as string,
    });
  });

  it('answer --version and --help without loading the program, in its own words', async () => {
    const cli = join(installed, 'packages/cli');
    const help = JSON.parse(await readFile(join(cli, 'dist/help.json'), 'utf8')) as Record<string, string>;
    for (const [columns, text] of Object.entries(help))
      expect((await runCli(['--help'], { columns: Number(columns) })).stdout).toBe(text);
    const bare = join(installed, 'bare');
    await cp(join(cli, 'bin'), join(bare, 'bin'), { recursive: true });
    for (const file of ['package.json', 'dist/bin.cjs', 'dist/help.json'])
      await cp(join(cli, file), join(bare, file));
    const answer = async (flag: string): Promise<string> =>
      (await run(process.execPath, [join(bare, 'bin/cf-deploy.js'), flag])).stdout;
    expect(await answer('--version')).toBe(`${(await manifestOf('cli')).version}\n`);
    expect(await answer('--help')).toBe(help['100']);
  });

  it('find what they read at run time: esbuild, the polyfills of Node.js, workerd', async () => {
    const { code, stdout } = await command('validate', '--tenant=mrrainbowsmoke', '--env=staging', '--json');
    const { result } = JSON.parse(stdout) as { result: { valid: boolean } };
    expect([code, result.valid]).toEqual([0, true]);
  }, 30_000);

  describe('keep their compiled code beside the program', () => {
    const dist = (): string => join(installed, 'packages/cli/dist');
    const kept = async (): Promise<readonly string[]> =>
      (await readdir(dist())).filter((name) => /^program.*\.cache/.test(name));
    const words = async (): Promise<readonly string[]> => {
      const [name = ''] = await kept();
      return (await readFile(join(dist(), name), 'latin1')).split('\n', 1)[0]?.split(' ') ?? [];
    };
    const forget = async (): Promise<void> => {
      for (const name of await kept()) await rm(join(dist(), name), { recursive: true });
    };

    it('by version of Node and digest of the program, with more of it after each new command', async () => {
      await forget();
      await command('tenant', 'list', '--json', '--tenant=not-kept');
      const [name = ''] = await kept();
      expect(name).toMatch(/^program-[0-9a-f]{16}\.cjs\.v\d+\.\d+\.\d+-\w+\.cache$/);
      expect(await words()).toEqual(['tenant', '--json', '--tenant']);
      const first = await command('releases', '--json');
      expect(await words()).toEqual(['tenant', '--json', '--tenant', 'releases']);
      expect(await command('releases', '--json')).toEqual(first);
      expect(await kept()).toEqual([name]);
    });

    it('and do without what is damaged, of another build, or cannot be written', async () => {
      const [name = ''] = await kept();
      const wanted = await command('releases', '--json');
      const whole = await readFile(join(dist(), name));
      for (const damaged of ['', 'releases --json\nnonsense', whole.subarray(0, 4_000)]) {
        await writeFile(join(dist(), name), damaged);
        expect(await command('releases', '--json')).toEqual(wanted);
      }
      await forget();
      await mkdir(join(dist(), name));
      expect(await command('releases', '--json')).toEqual(wanted);
      expect(await kept()).toEqual([name]);
      // The other tests begin faster with it.
      await forget();
      await writeFile(join(dist(), name), whole);
    });
  });

  it.each([
    ['validate'],
    ['plan'],
    ['deploy'],
    ['drift'],
    ['status'],
    ['rollback'],
    ['secrets', 'list'],
    ['doctor'],
  ])(
    'end at Ctrl-C while the code of the project never does: %s %s',
    async (...words) => {
      const folder = await mkdtemp(join(tmpdir(), 'cf-deploy-endless-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      await writeFile(
        join(folder, 'cf-deploy.config.mjs'),
        "console.error('never done'); for (;;) {}\nexport default {};",
      );
      const file = join(installed, 'packages/cli/bin/cf-deploy.js');
      const child = spawn(process.execPath, [file, ...words, '--tenant=acme', '--env=staging'], {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: installed },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child.stderr, 'data');
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
    },
    30_000,
  );

  it("deploy without loading Node's fetch, which takes longer than all that comes before the first call", async () => {
    const account = { id: 'a'.repeat(32), subdomain: 'built' };
    const emulator = await createEmulator({ accounts: [account], runtime: 'double' });
    onTestFinished(() => emulator.close());
    const project = join(installed, 'project');
    const folder = join(project, 'tenants/acme');
    await mkdir(folder, { recursive: true });
    const files = {
      'tenant.config.json': { tenantId: 'acme', accountId: account.id, healthCheck: false },
      'wrangler.jsonc': { name: 'acme', main: 'index.js', compatibility_date: '2026-01-01' },
    };
    for (const [name, content] of Object.entries(files))
      await writeFile(join(folder, name), JSON.stringify(content));
    await writeFile(join(folder, 'index.js'), 'export default { fetch() { return new Response("hi"); } };');
    const loud = ['fetch', 'Headers', 'Request', 'Response', 'FormData', 'ReadableStream'].map(
      (name) =>
        `Object.defineProperty(globalThis, '${name}', { get() { throw new Error('${name} was asked for'); } });`,
    );
    await writeFile(join(installed, 'loud.cjs'), loud.join('\n'));
    const { url } = await emulator.listen();
    const { stdout } = await run(
      process.execPath,
      [
        `--require=${join(installed, 'loud.cjs')}`,
        join(installed, 'packages/cli/bin/cf-deploy.js'),
        'deploy',
        '--tenant=acme',
        '--json',
        '--no-verify',
        '--no-check-startup',
      ],
      {
        cwd: project,
        env: {
          PATH: process.env['PATH'],
          HOME: installed,
          CLOUDFLARE_API_BASE_URL: `${url}/client/v4`,
          CLOUDFLARE_API_TOKEN: LOCAL_TOKEN,
        },
      },
    );
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, result: { scriptName: 'acme' } });
  });

  it('can be imported as the documents do', async () => {
    const script = [
      `import { openLocal, run } from '@cf-deploy/cli';`,
      `import { createDeployer, ConfigError, recordSchema } from '@cf-deploy/deployer';`,
      `import { createEmulator, LOCAL_TOKEN } from '@cf-deploy/emulator';`,
      `import { openChecker } from '@cf-deploy/emulator/checker';`,
      `const all = [openLocal, run, createDeployer, ConfigError, recordSchema.parse, createEmulator, openChecker];`,
      `const deployer = createDeployer({ root: ${JSON.stringify(REPOSITORY)} });`,
      `const unknown = await deployer.config({ tenant: 'nobody' }).catch((error) => error instanceof ConfigError);`,
      `console.log(all.every((each) => typeof each === 'function'), typeof LOCAL_TOKEN, unknown);`,
    ].join('\n');
    const file = join(installed, 'imports.mjs');
    await writeFile(file, script);
    expect((await run(process.execPath, [file])).stdout).toBe('true string true\n');
  });

  it('ship no source, test or map, but licence, readme and change log', async () => {
    const { stdout } = await run(
      'npm',
      ['pack', '--dry-run', '--json', '--ignore-scripts', ...PACKAGES.map((name) => `./packages/${name}`)],
      { cwd: installed, env: { PATH: process.env['PATH'], HOME: installed } },
    );
    const packed = JSON.parse(stdout) as { name: string; files: readonly { path: string }[] }[];
    expect(packed.map(({ name }) => name)).toEqual(PACKAGES.map((name) => `@cf-deploy/${name}`));
    for (const { name, files } of packed) {
      const paths = files.map(({ path }) => path);
      expect(paths).toEqual(expect.arrayContaining([...TRACKED, 'dist/index.js']));
      const others = paths.filter((path) => !/^(dist|bin)\//.test(path)).toSorted();
      const sources = paths.filter((path) => /\.map$|\.test\.|tsbuildinfo/.test(path));
      expect({ name, others, sources }).toEqual({ name, others: TRACKED.toSorted(), sources: [] });
    }
  });
});
