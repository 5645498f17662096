import type { Deployer, LoadedProject } from '@cf-deploy/deployer';
import type { Redactor } from '@cf-deploy/deployer/security';
import { findRoot } from './find-root.ts';
import type { GlobalFlags } from './flags/global-flags.ts';
import { createLibrary, type Wants } from './library.ts';
import { once } from './once.ts';
import type { Outcome } from './outcome.ts';
import { createProgress, type Progress } from './output/progress/progress.ts';
import { screenLine } from './output/screen-line.ts';
import { safeText } from './output/safe-text.ts';
import { createStyle } from './output/style.ts';
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
  /** The project's rules, loaded once for this and for the library. @throws UsageError (ROOT_NOT_FOUND) */
  project(): Promise<LoadedProject>;
  /**
   * The library, wired to Cloudflare or, with `--local`, to the embedded one. `checkStartup` says when it starts a
   * Worker in workerd before anything is sent. What the first call wants holds for the command.
   * @default never
   */
  deployer(wants?: Wants): Promise<Deployer>;
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
  const note = (line: string): void => {
    if (!quiet) world.stderr.write(`${screenLine(redactor.text(line), errStyle)}\n`);
  };
  const show = (line: string): void => {
    if (!quiet) world.stderr.write(`${safeText(line, errStyle.color)}\n`);
  };
  let loading: Promise<LoadedProject> | undefined;
  const loadProject = async (): Promise<LoadedProject> => {
    const { loadProjectConfig } = await import('@cf-deploy/deployer');
    return loadProjectConfig(await root());
  };
  const project = (): Promise<LoadedProject> => (loading ??= loadProject());
  const library = createLibrary({ world, redactor, flags, command, root, project, note, progress });
  return {
    command,
    flags,
    world,
    redactor,
    progress,
    root,
    project,
    deployer: library.deployer,
    note,
    show,
    async print(lines) {
      const style = createStyle({ color: flags.color, output: world.stdout, env: world.env });
      for (const line of await lines(style)) {
        world.stdout.write(`${screenLine(redactor.text(line.trimEnd()), style)}\n`);
      }
    },
    async confirm(question) {
      if (flags.yes === true || quiet || !world.stdinIsTerminal || !world.stderr.isTerminal) return true;
      const answer = await world.ask(`${safeText(redactor.text(question), false)} [y/N] `);
      return /^y(es)?$/i.test(answer.trim());
    },
    async close() {
      await progress.stop();
      await library.close();
    },
  };
}
