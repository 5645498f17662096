import { Secret } from '@cf-deploy/deployer/security';
import type { Context } from '../context.ts';
import { UsageError } from '../usage-error.ts';
import type { World } from '../world.ts';

/** Largest value a secret may have, bytes. https://developers.cloudflare.com/workers/platform/limits/ */
const MAX_BYTES = 5 * 1024;

/**
 * The value of a secret, from the variable named or else from standard input (one newline at its end is dropped).
 * @throws UsageError when there is none, or it is too large. The value is never part of the message.
 */
export async function readSecretValue(
  { world, redactor }: Pick<Context, 'world' | 'redactor'>,
  name: string,
  variable: string | undefined,
): Promise<string> {
  const value = variable === undefined ? await fromStdin(world, name) : world.env[variable];
  if (value === undefined || value === '') {
    throw new UsageError(
      variable === undefined
        ? `Standard input held no value for ${name}.`
        : `The variable ${variable} is not set.`,
      `Pipe the value in: printf %s "$VALUE" | cf-deploy secrets put ${name} …`,
    );
  }
  redactor.add(new Secret(value));
  if (Buffer.byteLength(value) > MAX_BYTES) {
    throw new UsageError(
      `The value of ${name} is larger than ${MAX_BYTES} bytes, Cloudflare's limit for a secret.`,
    );
  }
  return value;
}

async function fromStdin(world: World, name: string): Promise<string> {
  if (world.stdinIsTerminal) {
    throw new UsageError(
      `The value of ${name} comes from standard input, which is the terminal.`,
      `Pipe the value in, or name a variable with --from-env.`,
    );
  }
  return (await world.readStdin()).replace(/\r?\n$/, '');
}
