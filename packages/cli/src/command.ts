import type { Command } from 'commander';
import type { Context } from './context.ts';
import type { Outcome } from './outcome.ts';

/**
 * One command, told in one file: what it is called, its flags, what it does, and how its result looks. The library is
 * loaded only when a command asks for it, so a command's file must import no more than types of it.
 */
export interface CommandModule {
  readonly name: string;
  /** Of the overview, one line. */
  readonly summary: string;
  /** Whole command lines, for `--help`. */
  readonly examples: readonly string[];
  /** Adds flags, arguments and what is done, or commands below it. */
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
