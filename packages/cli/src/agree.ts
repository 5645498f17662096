import type { Context } from './context.ts';
import { safeText } from './output/safe-text.ts';

/** What somebody has to agree to before it is lost for good. */
export interface Loss {
  /** Ends with a question mark. */
  readonly question: string;
  /** What is to be typed instead of "yes"; null: yes is enough. */
  readonly typed: string | null;
  /** The same, as it was given by flag. */
  readonly given: string | undefined;
}

/**
 * Whether something may be lost for good. Unlike other questions this one is not answered by silence: without a terminal
 * it needs `--yes`, and where a name is to be typed, that name by flag too.
 * @throws ConfigError NOT_CONFIRMED where nobody can be asked
 */
export async function agreeToLoss(
  context: Pick<Context, 'flags' | 'world' | 'redactor' | 'progress'>,
  { question, typed, given }: Loss,
): Promise<boolean> {
  const { flags, world, redactor } = context;
  const named = typed === null || given === typed;
  if (flags.yes === true && named) return true;
  const canAsk = flags.json !== true && world.stdinIsTerminal && world.stderr.isTerminal;
  if (!canAsk) {
    const missing = [
      ...(flags.yes === true ? [] : ['--yes']),
      ...(named ? [] : [`--confirm-tenant=${typed ?? ''}`]),
    ];
    // The library asks, and lets its own errors through.
    const { ConfigError } = await import('@cf-deploy/deployer');
    throw new ConfigError('NOT_CONFIRMED', 'Nothing was destroyed: nobody agreed to it.', {
      hint: `Look at --dry-run, then add ${missing.join(' and ')}.`,
    });
  }
  await context.progress.stop();
  const how = typed === null ? '[y/N]' : `Type ${typed} to agree:`;
  const answer = (await world.ask(`${safeText(redactor.text(`${question} ${how}`), false)} `)).trim();
  return typed === null ? /^y(es)?$/i.test(answer) : answer === typed;
}
