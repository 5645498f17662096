import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryDir } from './world.ts';

const HOLDER = fileURLToPath(new URL('fixtures/emulator-holder.mjs', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const OUT = join(PACKAGE, 'node_modules/.cache', `cf-deploy-own-process-${process.pid}`);

/** Children of a process that have a name. */
function childrenOf(pid: number | undefined, name: string): number[] {
  try {
    const found = execFileSync('pgrep', ['-P', String(pid), name], { encoding: 'utf8' });
    return found.trim().split('\n').map(Number);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** An emulator in a process of its own, once its Worker has answered. */
interface Holder {
  readonly owner: ChildProcess;
  readonly said: unknown;
  readonly workerds: readonly number[];
  readonly shells: readonly number[];
}

async function startHolder(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Holder> {
  const bundle = pathToFileURL(join(OUT, 'index.js')).href;
  const owner = spawn(process.execPath, [HOLDER, bundle, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const [said] = (await once(owner.stdout, 'data')) as [Buffer];
  return {
    owner,
    said: JSON.parse(said.toString()),
    workerds: childrenOf(owner.pid, 'workerd'),
    shells: childrenOf(owner.pid, 'sh'),
  };
}

describe.skipIf(process.platform === 'win32')('an emulator in a process of its own', () => {
  let killed: Holder;
  let left: Holder;
  let folders: readonly Awaited<ReturnType<typeof temporaryDir>>[];
  /** Where it is written down what the workerd of the emulator that is killed was given, and that of another program there. */
  let given: Readonly<Record<'ours' | 'theirs', string>>;
  /** Environments of the workerds of the emulator that is killed. */
  let environments: readonly string[];

  beforeAll(async () => {
    await mkdir(OUT, { recursive: true });
    const [one, other] = await Promise.all([temporaryDir(), temporaryDir()]);
    folders = [one, other];
    given = { ours: join(one.dir, 'ours.json'), theirs: join(one.dir, 'theirs.json') };
    const certificates = join(one.dir, 'more.pem');
    await writeFile(certificates, rootCertificates[0] ?? '');
    await build({
      entryPoints: [join(PACKAGE, 'src/index.ts')],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      outdir: OUT,
    });
    const planted = {
      CLOUDFLARE_API_TOKEN: 'planted-token-0123456789',
      GITHUB_TOKEN: 'planted-token-9876543210',
      SOMETHING_ELSE: 'planted-value-0123456789',
      NODE_EXTRA_CA_CERTS: certificates,
      MINIFLARE_WORKERD_CONFIG_DEBUG: given.ours,
    };
    [killed, left] = await Promise.all([
      startHolder([join(one.dir, 'state'), given.theirs], planted),
      startHolder([join(other.dir, 'state')], {}),
    ]);
    environments =
      process.platform === 'linux'
        ? await Promise.all(killed.workerds.map((pid) => readFile(`/proc/${pid}/environ`, 'latin1')))
        : [];
    killed.owner.kill('SIGKILL');
    await once(killed.owner, 'exit');
  }, 30_000);
  afterAll(async () => {
    await rm(OUT, { recursive: true, force: true });
    await Promise.all(folders.map(({ remove }) => remove()));
  });

  it('loads workerd only when something is started: importing the package must stay cheap', () => {
    expect(left.said).toMatchObject({ answer: 'hello', opened: false, checking: true });
  });

  // What a process was started with can be read on Linux only.
  it.runIf(process.platform === 'linux')(
    'keeps the tokens of the program that starts it from workerd, that of checks and that of Workers',
    () => {
      expect(environments).toHaveLength(2);
      for (const environment of environments) {
        expect(environment).toContain('PATH=');
        expect(environment).not.toMatch(/planted|TOKEN|SOMETHING_ELSE/);
      }
    },
  );

  it('gives workerd no certificates, as nothing leaves this machine; those of another program are as they were', async () => {
    expect(await readFile(given.ours, 'utf8')).not.toContain('BEGIN CERTIFICATE');
    expect(await readFile(given.theirs, 'utf8')).toContain('BEGIN CERTIFICATE');
    for (const { said } of [killed, left]) expect(said).toMatchObject({ othersAreTheirs: true });
  });

  it('leaves no workerd behind when it is killed, neither that of checks nor that of Workers', async () => {
    expect(killed.said).toMatchObject({ answer: 'hello' });
    expect(killed.workerds).toHaveLength(2);
    expect(killed.shells).toHaveLength(1);
    await vi.waitFor(() => expect([...killed.workerds, ...killed.shells].filter(isAlive)).toEqual([]), {
      timeout: 5_000,
    });
  }, 30_000);

  it('leaves the workerd of another emulator alone', async () => {
    await vi.waitFor(() => expect(killed.workerds.filter(isAlive)).toEqual([]), { timeout: 5_000 });
    expect(left.workerds).toHaveLength(2);
    expect(left.workerds.filter(isAlive)).toEqual(left.workerds);
    left.owner.kill('SIGKILL');
    await once(left.owner, 'exit');
    await vi.waitFor(() => expect(left.workerds.filter(isAlive)).toEqual([]), { timeout: 5_000 });
  }, 30_000);
});
