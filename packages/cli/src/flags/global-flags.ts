import { Option, type Command } from 'commander';

/** Flags that every command takes, before or after its name. */
export interface GlobalFlags {
  readonly root?: string;
  readonly local?: boolean;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly lenient?: boolean;
  readonly logLevel?: LogLevel;
  /** Host of the API that tokens may be sent to beside Cloudflare's. */
  readonly apiHost?: string;
  /** Custom build commands run although CI builds a proposed change. */
  readonly runBuild?: boolean;
  /** Commander turns `--no-color` into this. */
  readonly color?: boolean;
  /** Only what the seed file names exists; only with `--local` and `local start`. */
  readonly strict?: boolean;
  /** File with faults for the embedded Cloudflare; only with `--local`. */
  readonly weather?: string;
}

/** pino's levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Adds the global flags to the program. */
export function addGlobalFlags(program: Command): void {
  program
    .option('--root <dir>', 'project folder (default: the nearest one with tenants/)')
    .option('--local', 'use the embedded Cloudflare; nothing leaves this machine')
    .option('--weather <file>', 'faults and delays for the embedded Cloudflare (JSON)')
    .option('--strict', 'only what cf-deploy.seed.json names exists in the embedded Cloudflare')
    .option('--json', 'print one JSON document')
    .option('-y, --yes', 'answer yes to every question')
    .option('--lenient', 'unknown fields of the configuration are warnings')
    .option('--api-host <host>', 'let tokens be sent to this host of CLOUDFLARE_API_BASE_URL')
    .option('--run-build', 'run build commands although CI builds a proposed change')
    .addOption(new Option('--log-level <level>', 'log to stderr').choices([...LOG_LEVELS]))
    .option('--no-color', 'no colours (also: NO_COLOR)');
}
