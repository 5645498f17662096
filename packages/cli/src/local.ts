import type { DeployerOptions } from '@cf-deploy/deployer';
import type { Checker } from '@cf-deploy/emulator';
import { readFile } from 'node:fs/promises';
import { inProcessFetch, loopbackFetch } from './local/doors.ts';
import { localEnvironment } from './local/environment.ts';
import { localNotice } from './local/notice.ts';
import { localPaths, type LocalPaths } from './local/paths.ts';
import { findRunning, type Running } from './local/running.ts';
import { resolveAll, seedOnce } from './local/seeding.ts';
import { startEmulator, weatherError } from './local/start-emulator.ts';
import { UsageError } from './usage-error.ts';

/** The embedded Cloudflare as the library sees it. */
export interface LocalCloudflare {
  /** Spread them into the options of `createDeployer`. */
  readonly options: Pick<DeployerOptions, 'fetch' | 'baseUrl' | 'env' | 'apiToken' | 'workerFetch'>;
  /** Starts code in its workerd; null when it runs in another process. */
  readonly check: Checker['check'] | null;
  close(): Promise<void>;
}

/** What `openLocal` needs. */
export interface LocalOptions {
  /** The project folder. */
  readonly root: string;
  /** Where secrets of the tenants are looked for; its credentials are dropped. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** File with faults and delays, absolute or relative to the working folder. */
  readonly weather?: string;
  /** Told what runs where, and what is a stand-in. */
  readonly note?: (line: string) => void;
}

/**
 * The embedded Cloudflare for one command: the one started with `local start` when it runs, else one in this process
 * with its state in `.cf-deploy/`. What the tenants' files name exists in it.
 * @throws UsageError for a wrong weather file; LocalBusyError when another command holds the state too long
 */
export async function openLocal(options: LocalOptions): Promise<LocalCloudflare> {
  const paths = localPaths(options.root);
  const running = await findRunning(paths);
  return running === null ? inProcess(paths, options) : connect(paths, running, options);
}

async function inProcess(
  paths: LocalPaths,
  { root, env = process.env, weather, note }: LocalOptions,
): Promise<LocalCloudflare> {
  const [{ LOCAL_TOKEN, STAND_INS }, workers] = await Promise.all([
    import('@cf-deploy/emulator'),
    resolveAll(root),
  ]);
  const emulator = await startEmulator(paths, weather);
  await seedOnce(paths, workers, (seed) => emulator.admin.seed(seed));
  for (const line of localNotice('in this process, state in .cf-deploy/', workers, STAND_INS)) note?.(line);
  const fetch = inProcessFetch((request) => emulator.fetch(request));
  return {
    options: {
      fetch,
      workerFetch: fetch,
      baseUrl: 'https://api.cloudflare.com/client/v4',
      apiToken: LOCAL_TOKEN,
      env: localEnvironment(env, LOCAL_TOKEN),
    },
    check: (candidate) => emulator.runtime.check(candidate),
    close: () => emulator.close(),
  };
}

async function connect(
  paths: LocalPaths,
  { url, token }: Running,
  { root, env = process.env, weather, note }: LocalOptions,
): Promise<LocalCloudflare> {
  const [{ STAND_INS }, workers] = await Promise.all([import('@cf-deploy/emulator'), resolveAll(root)]);
  if (weather !== undefined) await sendWeather(url, weather);
  await seedOnce(paths, workers, (seed) => send(`${url}/__cf-deploy/seed`, 'POST', JSON.stringify(seed)));
  for (const line of localNotice(`at ${url}`, workers, STAND_INS)) note?.(line);
  return {
    options: {
      fetch: globalThis.fetch,
      workerFetch: loopbackFetch(url),
      baseUrl: `${url}/client/v4`,
      apiToken: token,
      env: localEnvironment(env, token),
    },
    check: null,
    close: async () => {},
  };
}

async function sendWeather(url: string, file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw weatherError(file, error);
  });
  await send(`${url}/__cf-deploy/weather`, 'PUT', text).catch((error: unknown) => {
    throw new UsageError(
      `${file}: ${(error as Error).message}`,
      'docs/emulator.md describes the weather file.',
    );
  });
}

async function send(url: string, method: string, body: string): Promise<void> {
  const response = await fetch(url, { method, body });
  if (!response.ok) throw new Error(`The embedded Cloudflare refused ${url}: ${await response.text()}`);
}
