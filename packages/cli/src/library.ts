import type { LocalAccount } from './local/seeding.ts';
import type { Deployer, DeployerOptions, LoadedProject } from '@cf-deploy/deployer';
import type { Redactor } from '@cf-deploy/deployer/security';
import { resolve } from 'node:path';
import { createStartupCheck, type StartupCheck, type StartupChecks } from './check-startup.ts';
import type { GlobalFlags } from './flags/global-flags.ts';
import type { LocalCloudflare } from './local.ts';
import { createLogger } from './logger.ts';
import { once } from './once.ts';
import type { Progress } from './output/progress/progress.ts';
import { UsageError } from './usage-error.ts';
import type { StartChecker, World } from './world.ts';
import { compact } from './compact.ts';

/** What a command wants of the library. */
export interface Wants {
  /** When a Worker is started in workerd before anything is sent. @default never */
  readonly checkStartup?: StartupChecks;
  /** Accounts that exist in the embedded Cloudflare beside those that the files name. */
  readonly localAccounts?: readonly LocalAccount[];
}

/** Commands that were given to build something: they run build commands whatever CI says of the change. */
const BUILDING: ReadonlySet<string> = new Set(['deploy', 'build']);

/** What wires the library to the process. */
interface Wires {
  readonly world: World;
  readonly redactor: Redactor;
  readonly flags: GlobalFlags;
  /** Name of the command. */
  readonly command: string;
  readonly root: () => Promise<string>;
  /** The project's rules. */
  readonly project: () => Promise<LoadedProject>;
  readonly note: (line: string) => void;
  readonly progress: Progress;
}

/** The library for one command: loaded and wired when it is first asked for. */
export interface Library {
  /** @throws UsageError for flags that need `--local` */
  deployer(wants?: Wants): Promise<Deployer>;
  /** Ends what was started for it. */
  close(): Promise<void>;
}

/** Wires the library to Cloudflare or, with `--local`, to the embedded one. */
export function createLibrary(wires: Wires): Library {
  let local: LocalCloudflare | undefined;
  let startup: StartupCheck | undefined;
  return {
    deployer: once(async (wants?: Wants) => {
      const folder = await wires.root();
      local = await openLocalFor(wires, folder, wants?.localAccounts);
      const checks = wants?.checkStartup ?? 'never';
      const { createDeployer } = await import('@cf-deploy/deployer');
      const options = await processOptions(wires, folder);
      if (checks !== 'never')
        startup = createStartupCheck(() => openChecks(local, wires.world), checks, wires.world.signal);
      return createDeployer({
        ...options,
        ...local?.options,
        ...compact({ checkStartup: startup?.checkStartup }),
      });
    }),
    async close() {
      await startup?.close();
      await local?.close();
    },
  };
}

/** The embedded Cloudflare, where it is asked for. */
async function openLocalFor(
  { flags, world, note, project: loadProject }: Wires,
  root: string,
  accounts: Wants['localAccounts'],
): Promise<LocalCloudflare | undefined> {
  if (flags.local !== true) {
    if (flags.weather !== undefined) {
      throw new UsageError('--weather needs --local.', 'Real weather cannot be ordered.');
    }
    if (flags.strict === true) {
      throw new UsageError('--strict needs --local.', 'It is about what exists in the embedded Cloudflare.');
    }
    return undefined;
  }
  const { openLocal } = await import('./local.ts');
  // Whatever is wrong is told by whoever loads it again.
  const project = await loadProject().catch(() => undefined);
  return openLocal({
    root,
    env: world.env,
    strict: flags.strict ?? false,
    ...compact({ project, accounts, runtime: world.runtime }),
    // A pipeline has nobody to tell, and no terminal to remember.
    ...(flags.json === true || isCi(world.env) ? {} : { note }),
    ...(flags.weather === undefined ? {} : { weather: resolve(world.cwd, flags.weather) }),
  });
}

/** What starts code: the embedded Cloudflare of this process, else its checker alone. */
async function openChecks(local: LocalCloudflare | undefined, world: World): Promise<StartChecker> {
  const check = local?.check ?? null;
  if (check !== null) return { check, close: async () => {} };
  if (world.openChecker !== undefined) return world.openChecker();
  // Not the whole emulator: a fifth of a second that a deploy to the real Cloudflare need not spend.
  const { openChecker } = await import('@cf-deploy/emulator/checker');
  return openChecker();
}

/** What flags and process say to the library. */
async function processOptions(
  { world, redactor, flags, command, progress, project: loadProject }: Wires,
  root: string,
): Promise<DeployerOptions> {
  // Before the wish to stop is listened for, because its code may not end. Whatever is wrong is told by the library.
  const project = await loadProject().catch(() => undefined);
  return {
    root,
    ...compact({ project }),
    env: world.env,
    redactor,
    apiHosts: flags.apiHost === undefined ? [] : [flags.apiHost],
    acceptAccountChange: flags.yes === true,
    ...(flags.runBuild === true || BUILDING.has(command) ? { runBuildCommands: true } : {}),
    lenient: flags.lenient ?? false,
    signal: world.signal,
    now: world.now,
    ...(world.sleep === undefined ? {} : { sleep: world.sleep }),
    onEvent: progress.onEvent,
    ...(await createLogger(world, flags.logLevel, redactor)),
  };
}

function isCi({ CI }: World['env']): boolean {
  return CI !== undefined && !['', '0', 'false'].includes(CI);
}
