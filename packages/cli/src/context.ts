import type { Deployer, DeployEvent } from '@cf-deploy/deployer';
import type { Checker } from '@cf-deploy/emulator';
import type { Redactor } from '@cf-deploy/deployer/security';
import { resolve } from 'node:path';
import { createStartupCheck, type StartupCheck, type StartupChecks } from './check-startup.ts';
import { findRoot } from './find-root.ts';
import type { GlobalFlags } from './global-flags.ts';
import type { LocalCloudflare } from './local.ts';
import { createLogger } from './logger.ts';
import type { Outcome } from './command.ts';
import { createProgress, type Progress } from './output/progress.ts';
import { safeText } from './output/safe-text.ts';
import { createStyle } from './output/style.ts';
import { UsageError } from './usage-error.ts';
import type { World } from './world.ts';

/** What a command has at hand. Everything costly is made when it is first asked for. */
export interface Context {
  /** Name of the command, `secrets list`. */
  readonly command: string;
  readonly flags: GlobalFlags;
  readonly world: World;
  /** The secrets of this run. */
  readonly redactor: Redactor;
  readonly progress: Progress;
  /** The project folder. @throws UsageError (ROOT_NOT_FOUND) */
  root(): Promise<string>;
  /**
   * The library, wired to Cloudflare or, with `--local`, to the embedded one. `checkStartup` says when it starts a
   * Worker in workerd before anything is sent. What the first call wants holds for the command.
   * @default never
   */
  deployer(wants?: { readonly checkStartup: StartupChecks }): Promise<Deployer>;
  /** One line for people on stderr. Silent with `--json`. */
  note(line: string): void;
  /** The same for what is made to be copied, the token of the embedded Cloudflare: nothing is hidden in it. */
  show(line: string): void;
  /** Prints the result for people. */
  print(lines: Outcome['lines']): Promise<void>;
  /** Asks on a terminal; true without one, and with `--yes`: a pipeline has nobody to ask. */
  confirm(question: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Commands that were given to build something: they run build commands whatever CI says of the change. */
const BUILDING: ReadonlySet<string> = new Set(['deploy', 'build']);

/** Makes the context of one command. */
export function createContext(
  world: World,
  redactor: Redactor,
  { flags, command }: { readonly flags: GlobalFlags; readonly command: string },
): Context {
  const quiet = flags.json === true;
  const errStyle = createStyle({ color: flags.color, output: world.stderr, env: world.env });
  const progress = createProgress({ output: world.stderr, style: errStyle, env: world.env, quiet });
  const root = once(() => findRoot(world.cwd, flags.root));
  let local: LocalCloudflare | undefined;
  let startup: StartupCheck | undefined;
  const openChecks = async (): Promise<Pick<Checker, 'check' | 'close'>> => {
    const check = local?.check ?? null;
    if (check !== null) return { check, close: async () => {} };
    // Not the whole emulator: a fifth of a second that a deploy to the real Cloudflare need not spend.
    const { openChecker } = await import('@cf-deploy/emulator/checker');
    return openChecker();
  };

  const context: Context = {
    command,
    flags,
    world,
    redactor,
    progress,
    root,
    deployer: once(async (wants?: { readonly checkStartup: StartupChecks }) => {
      const folder = await root();
      if (flags.weather !== undefined && flags.local !== true) {
        throw new UsageError('--weather needs --local.', 'Real weather cannot be ordered.');
      }
      if (flags.strict === true && flags.local !== true) {
        throw new UsageError(
          '--strict needs --local.',
          'It is about what exists in the embedded Cloudflare.',
        );
      }
      if (flags.local === true) {
        const { openLocal } = await import('./local.ts');
        local = await openLocal({
          root: folder,
          env: world.env,
          strict: flags.strict ?? false,
          // A pipeline has nobody to tell, and no terminal to remember.
          ...(quiet || isCi(world.env) ? {} : { note: context.note }),
          ...(flags.weather === undefined ? {} : { weather: resolve(world.cwd, flags.weather) }),
        });
      }
      const checks = wants?.checkStartup ?? 'never';
      if (checks !== 'never') startup = createStartupCheck(openChecks, checks);
      const { createDeployer } = await import('@cf-deploy/deployer');
      return createDeployer({
        root: folder,
        env: world.env,
        redactor,
        apiHosts: flags.apiHost === undefined ? [] : [flags.apiHost],
        acceptAccountChange: flags.yes === true,
        ...(flags.runBuild === true || BUILDING.has(command) ? { runBuildCommands: true } : {}),
        lenient: flags.lenient ?? false,
        signal: world.signal,
        now: world.now,
        onEvent: (event: DeployEvent) => progress.onEvent(event),
        ...(await createLogger(world, flags.logLevel, redactor)),
        ...local?.options,
        ...(startup === undefined ? {} : { checkStartup: startup.checkStartup }),
      });
    }),
    note(line) {
      context.show(redactor.text(line));
    },
    show(line) {
      if (!quiet) world.stderr.write(`${safeText(line, errStyle.color)}\n`);
    },
    async print(lines) {
      const style = createStyle({ color: flags.color, output: world.stdout, env: world.env });
      for (const line of await lines(style)) {
        world.stdout.write(`${safeText(redactor.text(line.trimEnd()), style.color)}\n`);
      }
    },
    async confirm(question) {
      if (flags.yes === true || quiet || !world.stdinIsTerminal || !world.stderr.isTerminal) return true;
      const answer = await world.ask(`${safeText(redactor.text(question), false)} [y/N] `);
      return /^y(es)?$/i.test(answer.trim());
    },
    async close() {
      await progress.stop();
      await startup?.close();
      await local?.close();
    },
  };
  return context;
}

function isCi({ CI }: World['env']): boolean {
  return CI !== undefined && !['', '0', 'false'].includes(CI);
}

function once<T, A extends readonly unknown[]>(make: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let made: Promise<T> | undefined;
  return (...args) => (made ??= make(...args));
}
