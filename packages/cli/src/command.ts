import type { Command } from 'commander';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Style } from './output/style.ts';

/** One command: its flags, and what it does. Loaded only when it is called. */
export interface CommandModule {
  configure(command: Command, execute: Execute): void;
}

/** Turns what a command does into an action: makes the context, prints the outcome, sets the exit status. */
export type Execute = <Flags extends object>(
  work: (context: Context, call: Call<Flags>) => Promise<Outcome>,
) => (...parameters: unknown[]) => Promise<void>;

/** The flags and arguments of this call. */
export interface Call<Flags> {
  readonly flags: Flags;
  readonly args: readonly (string | undefined)[];
}

/** What a command ends with. */
export interface Outcome {
  /** Of the `--json` document. */
  readonly result: unknown;
  readonly exitCode: ExitCode;
  /** The command printed its result itself. */
  readonly printed?: true;
  /** The result for people. */
  readonly lines: (style: Style) => readonly string[] | Promise<readonly string[]>;
}
