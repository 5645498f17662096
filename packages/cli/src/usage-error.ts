import { EXIT } from './exit-codes.ts';

/** The command line is wrong. Like the library's errors, but made without loading the library. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: 'USAGE' | 'ROOT_NOT_FOUND';
  readonly exitCode = EXIT.invalid;
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, code: UsageError['code'] = 'USAGE') {
    super(message);
    this.hint = hint;
    this.code = code;
  }
}
