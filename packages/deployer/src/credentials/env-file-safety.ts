import { CredentialsError } from '../errors.ts';
import type { EnvFile } from './dotenv-files.ts';
import { fileSecrets } from './known-secrets.ts';

/** What the check is told of the machine. */
export interface EnvFileSurroundings {
  /** Which of these files git tracks. Paths relative to the root. */
  readonly tracked: (names: readonly string[]) => Promise<readonly string[]>;
  /** A runner of a CI system: one user, gone afterwards, with an umask nobody chose. */
  readonly inCi: boolean;
  readonly platform: NodeJS.Platform;
}

/**
 * Refuses env files with a token or a secret in them that git tracks or that other users of the machine can read.
 * On a CI runner the permissions are not looked at: what checks out or writes files there makes them readable, and there
 * is no other user. On Windows they are not looked at either: they are no permission bits.
 *
 * @param names secrets that the tenant's files declare
 * @throws CredentialsError ENV_FILE_EXPOSED
 */
export async function checkEnvFiles(
  files: readonly EnvFile[],
  names: readonly string[],
  surroundings: EnvFileSurroundings,
): Promise<void> {
  const holding = files.filter((file) => fileSecrets([file], names).length > 0);
  if (holding.length === 0) return;
  const [tracked] = await surroundings.tracked(holding.map(({ name }) => name));
  if (tracked !== undefined) {
    throw new CredentialsError('ENV_FILE_EXPOSED', `${tracked} holds secrets and is tracked by git.`, {
      hint: `Run git rm --cached ${tracked}, add it to .gitignore, and renew what was in it: it is in the history.`,
    });
  }
  if (surroundings.inCi || surroundings.platform === 'win32') return;
  const open = holding.find(({ mode }) => (mode & 0o077) !== 0);
  if (open === undefined) return;
  const mode = open.mode.toString(8).padStart(3, '0');
  throw new CredentialsError(
    'ENV_FILE_EXPOSED',
    `${open.name} holds secrets, and others on this machine can read it (mode ${mode}).`,
    { hint: `Run chmod 600 ${open.name}.` },
  );
}
