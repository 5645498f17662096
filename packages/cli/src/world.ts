import type { Checker, EmulatorOptions } from '@cf-deploy/emulator';

/** Everything a command touches outside itself. Only `main.ts` makes one from the real process. */
export interface World {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Text of standard input up to its end. */
  readonly readStdin: () => Promise<string>;
  readonly stdinIsTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborts on Ctrl-C and termination. */
  readonly signal: AbortSignal;
  /** Asks a question on the terminal and gives the answer. */
  readonly ask: (question: string) => Promise<string>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits that many ms, or until `signal` aborts. @default by the clock of the machine */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** What runs Workers with `--local`. @default workerd */
  readonly runtime?: LocalRuntime;
  /** Opens what starts code before it is sent. @default a workerd for this command */
  readonly openChecker?: () => Promise<StartChecker>;
}

/** Starts code to see whether it starts. */
export type StartChecker = Pick<Checker, 'check' | 'close'>;

/** What runs the Workers of an embedded Cloudflare. */
export type LocalRuntime = NonNullable<EmulatorOptions['runtime']>;

/** A stream of text. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width of the terminal in columns. */
  readonly columns: number;
  /** The stream itself, for a live display; only where there is one. */
  readonly stream?: NodeJS.WriteStream;
}
