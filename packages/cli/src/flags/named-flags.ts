import type { Command } from 'commander';
import type { TargetFlags } from './target-flags.ts';
import type { World } from '../world.ts';

/**
 * The flags of a command as they are meant: `--tenant=all` is `--all` where there is one, and an environment that is not
 * named is that of CLOUDFLARE_ENV, as with wrangler. `--env ""` stays: it means the top level.
 */
export function namedFlags<Flags extends object>(env: World['env'], command: Command): Flags {
  const { tenant, ...flags } = command.opts<Flags & TargetFlags>();
  const takes = (name: string): boolean => command.options.some(({ long }) => long === name);
  const variable = env['CLOUDFLARE_ENV'];
  const fromVariable = takes('--env') && flags.env === undefined && variable !== undefined && variable !== '';
  const all = tenant === 'all' && takes('--all');
  return {
    ...flags,
    ...(fromVariable ? { env: variable } : {}),
    ...(all ? { all: true } : tenant === undefined ? {} : { tenant }),
  } as unknown as Flags;
}
