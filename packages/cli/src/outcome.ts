import type { ExitCode } from './exit-codes.ts';
import type { Style } from './output/style.ts';

/** What a command ends with. */
export interface Outcome {
  /** Of the `--json` document. */
  readonly result: object | null;
  readonly exitCode: ExitCode;
  /** The command printed its result itself. */
  readonly printed?: true;
  /** The result for people. */
  readonly lines: (style: Style) => readonly string[] | Promise<readonly string[]>;
}
