import type { DeployerOptions, LoadedProject } from '@cf-deploy/deployer';
import type { Checker } from '@cf-deploy/emulator';
import { readFile } from 'node:fs/promises';
import { inProcessFetch, loopbackFetch } from './local/doors.ts';
import { localEnvironment } from './local/environment.ts';
import { localNotice, tellOnce } from './local/notice.ts';
import { localPaths, type LocalPaths } from './local/paths.ts';
import { lookForRunning, type Running } from './local/running.ts';
import { alsoIn, resolveAll, seedOnce, startingSeed, type LocalAccount } from './local/seeding.ts';
import { newToken, startEmulator, weatherError } from './local/start-emulator.ts';
import { UsageError } from './usage-error.ts';
import type { LocalRuntime } from './world.ts';

/** The embedded Cloudflare as the library sees it. */
export interface LocalCloudflare {
  /** Spread them into the options of `createDeployer`. */
  readonly options: Pick<
    DeployerOptions,
    'fetch' | 'baseUrl' | 'env' | 'apiToken' | 'workerFetch' | 'storeFile'
  >;
  /** Starts code in its workerd; null when it runs in another process. */
  readonly check: Checker['check'] | null;
  close(): Promise<void>;
}

/** What `openLocal` needs. */
export interface LocalOptions {
  /** The project folder. */
  readonly root: string;
  /** Its rules, where they were loaded before. @default what loadProjectConfig(root) gives */
  readonly project?: LoadedProject;
  /** Where secrets of the tenants are looked for; its credentials are dropped. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** File with faults and delays, absolute or relative to the working folder. */
  readonly weather?: string;
  /** Only what the seed file `cf-deploy.seed.json` names exists. @default false */
  readonly strict?: boolean;
  /** Accounts in which what the Workers name exists too: one of them may be about to go there. */
  readonly accounts?: readonly LocalAccount[];
  /** What runs the Workers of one in this process. @default workerd */
  readonly runtime?: LocalRuntime;
  /** Told what runs where, and what is a stand-in: each line once in a terminal. */
  readonly note?: (line: string) => void;
}

/**
 * The embedded Cloudflare for one command: the one started with `local start` when it runs, else one in this process
 * with its state in `.cf-deploy/`. What the seed file and, unless `strict`, the tenants' files name exists in it.
 * @throws UsageError for a wrong weather or seed file; LocalBusyError when another command holds the state too long
 */
export async function openLocal(options: LocalOptions): Promise<LocalCloudflare> {
  const found = await lookForRunning(localPaths(options.root));
  if (found.is === 'running') return connect(found.running, options);
  if (found.is === 'ignored')
    options.note?.(`local: .cf-deploy/running.json is not used, because ${found.why}.`);
  return inProcess(options);
}

async function inProcess(options: LocalOptions): Promise<LocalCloudflare> {
  const { root, env = process.env, weather, strict = false, runtime } = options;
  const paths = localPaths(root, strict);
  const [{ STAND_INS }, project] = await Promise.all([
    import('@cf-deploy/emulator'),
    resolveAll(root, options.project),
  ]);
  const seed = await startingSeed(paths, alsoIn(project, options.accounts), strict);
  const token = newToken();
  const emulator = await startEmulator(paths, { token, weather, runtime });
  await seedOnce(paths, seed, {
    isNew: emulator.isNew,
    seed: (entries) => emulator.admin.seed(entries),
  });
  await tell(
    options,
    paths,
    '',
    localNotice('in this process, state in .cf-deploy/', project.workers, STAND_INS),
  );
  const fetch = inProcessFetch((request) => emulator.fetch(request));
  return {
    options: {
      fetch,
      workerFetch: fetch,
      baseUrl: 'https://api.cloudflare.com/client/v4',
      apiToken: token,
      storeFile: paths.releases,
      env: localEnvironment(env, token),
    },
    check: (candidate) => emulator.runtime.check(candidate),
    close: () => emulator.close(),
  };
}

async function connect(running: Running, options: LocalOptions): Promise<LocalCloudflare> {
  const { url, token, strict, startedAt } = running;
  const { root, env = process.env, weather } = options;
  if (options.strict === true && !strict) {
    throw new UsageError(
      `The embedded Cloudflare at ${url} runs without --strict.`,
      'Stop it and start it with cf-deploy local start --strict.',
    );
  }
  const paths = localPaths(root, strict);
  const [{ STAND_INS }, project] = await Promise.all([
    import('@cf-deploy/emulator'),
    resolveAll(root, options.project),
  ]);
  if (weather !== undefined) await sendWeather(running, weather);
  const seed = await startingSeed(paths, alsoIn(project, options.accounts), strict);
  await seedOnce(paths, seed, {
    isNew: false,
    seed: (entries) => send(running, 'POST', 'seed', JSON.stringify(entries)),
  });
  await tell(options, paths, startedAt, localNotice(`at ${url}`, project.workers, STAND_INS));
  return {
    options: {
      fetch: globalThis.fetch,
      workerFetch: loopbackFetch(url),
      baseUrl: `${url}/client/v4`,
      apiToken: token,
      storeFile: paths.releases,
      env: localEnvironment(env, token),
    },
    check: null,
    close: async () => {},
  };
}

/** Once for each terminal (the process that started us stands for it) and server. */
async function tell(
  { note }: LocalOptions,
  paths: LocalPaths,
  server: string,
  lines: readonly string[],
): Promise<void> {
  if (note !== undefined) await tellOnce(paths, `${process.ppid} ${server}`.trim(), lines, note);
}

async function sendWeather(running: Running, file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw weatherError(file, error);
  });
  await send(running, 'PUT', 'weather', text).catch((error: unknown) => {
    throw new UsageError(
      `${file}: ${(error as Error).message}`,
      'docs/emulator.md describes the weather file.',
    );
  });
}

async function send({ url, token }: Running, method: string, path: string, body: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/__cf-deploy/${path}`, { method, headers, body });
  if (!response.ok) throw new Error(`The embedded Cloudflare refused ${path}: ${await response.text()}`);
}
