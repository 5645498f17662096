import { Command, CommanderError } from 'commander';
import { createRedactor, environmentSecrets, type Redactor } from '@cf-deploy/deployer/security';
import type { Execute } from './command.ts';
import { createContext, type Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { addGlobalFlags, type GlobalFlags } from './flags/global-flags.ts';
import { errorLines, isPresentable, presentError } from './output/error.ts';
import { document, print } from './output/json.ts';
import { safeText } from './output/safe-text.ts';
import { screenLine } from './output/screen-line.ts';
import { createStyle } from './output/style.ts';
import { WIDEST_HELP } from './start/quick-answer.ts';
import { COMMANDS } from './registry.ts';
import { withOnlyTenant } from './flags/only-tenant.ts';
import { UsageError } from './usage-error.ts';
import { readVersion } from './version.ts';
import type { World } from './world.ts';

const EXAMPLES: readonly string[] = [
  'cf-deploy validate --all',
  'cf-deploy plan --tenant=acme --env=staging',
  'cf-deploy deploy --all --env=staging --local',
  'cf-deploy rollback --tenant=acme --env=production',
];
const EXIT_STATUS = [
  'Exit status: 0 done, 1 failed or not known, 2 differences found, 3 invalid input,',
  '4 credentials.',
].join('\n');

/**
 * Runs one command line and gives the exit status. Writes to the world's streams, never to the process; never throws.
 */
export async function run(argv: readonly string[], world: World): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  let context: Context | undefined;
  const redactor = createRedactor(environmentSecrets(world.env));
  const help: string[] = [];
  const execute: Execute =
    (work) =>
    async (...parameters) => {
      const command = parameters.at(-1) as Command;
      context = createContext(world, redactor, {
        flags: command.optsWithGlobals<GlobalFlags>(),
        command: fullName(command),
      });
      const {
        result,
        lines,
        exitCode: code,
        printed = false,
      } = await work(context, {
        flags: await withOnlyTenant(context, command),
        args: command.processedArgs as (string | undefined)[],
      });
      exitCode = code;
      await context.progress.stop();
      if (printed) return;
      if (context.flags.json === true)
        print(world.stdout, redactor.value(document({ command: context.command, exitCode, result })));
      else await context.print(lines);
    };
  try {
    const program = createProgram(argv, world, { execute, help });
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      if (argv.includes('--json')) {
        const command = error.code === 'commander.version' ? 'version' : 'help';
        print(world.stdout, document({ command, exitCode: EXIT.ok, result: { text: help.join('') } }));
      }
      return EXIT.ok;
    }
    if (context !== undefined) await learnBefore(error, context);
    return fail(await explained(error), { argv, world, redactor, command: context?.command ?? nameIn(argv) });
  } finally {
    await context?.close();
  }
}

/**
 * What goes wrong outside of the library may quote a file before anything was learned; the library's own errors have been
 * scrubbed by what it had learned.
 */
async function learnBefore(error: unknown, { world, redactor, root }: Context): Promise<void> {
  const isOwn = error instanceof UsageError || (error instanceof Error && error.name.startsWith('Local'));
  if (!isOwn && isPresentable(error)) return;
  const folder = await root().catch(() => null);
  if (folder === null) return;
  const { learnEverySecret } = await import('@cf-deploy/deployer');
  await learnEverySecret({ root: folder, env: world.env, redactor });
}

/** What the machine refused, outside of the library too, as the library says it; any other error as it is. */
async function explained(error: unknown): Promise<unknown> {
  if (error instanceof CommanderError || isPresentable(error)) return error;
  const { asDeployError } = await import('@cf-deploy/deployer');
  const known = asDeployError(error);
  return known.code === 'INTERNAL' ? error : known;
}

/** @param use - `help` gets the text of `--help` and `--version` with `--json` */
function createProgram(
  argv: readonly string[],
  world: World,
  { execute, help }: { readonly execute: Execute; readonly help: string[] },
): Command {
  const program = new Command('cf-deploy')
    .description('Deploys Cloudflare Workers for many tenants.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', `${examplesText(EXAMPLES)}\n\n${EXIT_STATUS}`)
    .exitOverride()
    // Wrong usage is reported by `fail`, in the form that was asked for.
    .configureOutput({
      writeOut: (text) => void (argv.includes('--json') ? help.push(text) : world.stdout.write(text)),
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(world.stdout.columns, WIDEST_HELP),
      getOutHasColors: () => false,
    });
  addGlobalFlags(program);
  const isAsked = askedIn(argv);
  for (const module of COMMANDS) {
    const command = program
      .command(module.name)
      .description(module.summary)
      .copyInheritedSettings(program)
      .addHelpText('after', examplesText(module.examples));
    if (!isAsked(module)) continue;
    module.configure(command, execute);
    for (const below of command.commands) {
      const whole = `cf-deploy ${module.name} ${below.name()}`;
      below.addHelpText('after', examplesText(module.examples.filter((example) => example.includes(whole))));
    }
  }
  return program;
}

/** Ways to ask for help, which tells of every command what it takes. */
const HELP: ReadonlySet<string> = new Set(['help', '--help', '-h']);

/**
 * Which commands a command line can be about: their flags are the larger part of making the program. Any word may be the
 * command's name, as only commander knows which are values of flags.
 */
function askedIn(argv: readonly string[]): (command: { readonly name: string }) => boolean {
  const words = new Set(argv);
  const every = [...HELP].some((word) => words.has(word)) || nameIn(argv) === '';
  return ({ name }) => every || words.has(name);
}

function examplesText(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`;
}

function fail(
  error: unknown,
  {
    argv,
    world,
    redactor,
    command,
  }: { argv: readonly string[]; world: World; redactor: Redactor; command: string },
): ExitCode {
  const usage = toUsageError(error, argv);
  const shown = redactor.value(presentError(usage));
  if (!isPresentable(usage) && /--log-level[= ](debug|trace)/.test(argv.join(' '))) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.stderr.write(`${safeText(redactor.text(stack), false)}\n`);
  }
  if (argv.includes('--json')) {
    print(world.stdout, document({ command, exitCode: shown.exitCode, error: shown.json }));
    return shown.exitCode;
  }
  const style = createStyle({
    color: argv.includes('--no-color') ? false : undefined,
    output: world.stderr,
    env: world.env,
  });
  for (const line of errorLines(shown, style))
    world.stderr.write(`${screenLine(redactor.text(line), style)}\n`);
  return shown.exitCode;
}

const DESTROY = 'cf-deploy destroy --tenant=<id> --env=<name>; with --dry-run it only shows what would go.';
/** Commands that other tools have and people type here, and what to do instead. */
const COMMANDS_OF_OTHERS: Readonly<Record<string, string>> = {
  undeploy: DESTROY,
  delete: DESTROY,
  remove: DESTROY,
  down: DESTROY,
  publish: 'cf-deploy deploy --tenant=<id> --env=<name>',
  up: 'cf-deploy deploy --tenant=<id> --env=<name>',
  apply: 'cf-deploy deploy --tenant=<id> --env=<name>',
  diff: '"cf-deploy plan" shows what a deploy would change, "cf-deploy drift" what was changed behind the files.',
  undo: 'cf-deploy rollback --tenant=<id> --env=<name>',
  dev: 'cf-deploy local start, or wrangler dev for one Worker.',
  tail: 'wrangler tail <worker> shows the log of a Worker.',
  logs: 'wrangler tail <worker> shows the log of a Worker.',
  secret: '"cf-deploy secrets" lists, puts, pushes and deletes them.',
  list: '"cf-deploy tenant list" lists tenants, "cf-deploy status" what is live, "cf-deploy versions" versions.',
};

/** What to do instead of a command that there is not; null when it is nothing we know. */
function hintForOthers(error: CommanderError): string | null {
  if (error.code !== 'commander.unknownCommand') return null;
  const word = /unknown command '([^']*)'/.exec(error.message)?.[1] ?? '';
  return Object.hasOwn(COMMANDS_OF_OTHERS, word) ? (COMMANDS_OF_OTHERS[word] ?? null) : null;
}

/** Commander's message without its prefix; its suggestion, on a line of its own, becomes the hint. */
function toUsageError(error: unknown, argv: readonly string[]): unknown {
  if (!(error instanceof CommanderError) || isPresentable(error)) return error;
  const help = ['cf-deploy', nameIn(argv), '--help'].filter((word) => word !== '').join(' ');
  // A command that only groups others, called alone, or `help` about something that is no command.
  if (error.code === 'commander.help') {
    const asked = argv.includes('help') ? argv[argv.indexOf('help') + 1] : undefined;
    const unknown = asked !== undefined && !asked.startsWith('-');
    return new UsageError(
      unknown ? `unknown command '${asked}'` : 'No command was given.',
      `${help} lists the commands.`,
    );
  }
  const elsewhere = hintForOthers(error);
  if (elsewhere !== null)
    return new UsageError(error.message.replace(/^error: /, '').split('\n')[0] ?? '', elsewhere);
  const [message = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = rest
    .join(' ')
    .trim()
    .replace(/^\((.*)\)$/, '$1');
  return new UsageError(message, suggestion === '' ? `${help} lists commands and flags.` : suggestion);
}

function nameIn(argv: readonly string[]): string {
  return argv.find((word) => COMMANDS.some(({ name }) => name === word)) ?? '';
}

function fullName(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${fullName(parent)} ${command.name()}`;
}
