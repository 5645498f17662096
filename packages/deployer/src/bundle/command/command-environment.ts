import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'dotenv';

/** Names that hold, or may hold, a credential. */
const CREDENTIAL_NAMES = [
  /^(CLOUDFLARE|CF|WRANGLER)_/i,
  /(^|_)(TOKEN|SECRET|KEY|KEYS|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|CREDENTIAL|CREDENTIALS|AUTH|APIKEY|DSN)(_|$)/i,
  /_(TOKEN|SECRET|KEY|PASSWORD)S?_/i,
  /^(npm_config_.*auth.*|NODE_AUTH_TOKEN)$/i,
];
/** The shell's own working folder, no password. */
const HARMLESS = new Set(['PWD', 'OLDPWD']);
/** Shorter values of a credential are too likely to be equal to something harmless by chance. */
const SHORTEST_VALUE = 8;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment without credentials, for a command that somebody else's code runs in: nothing named like one, none of
 * the given secrets, and no other variable that repeats the value of one of them.
 */
export function withoutCredentials(env: Environment, secretNames: readonly string[]): Record<string, string> {
  const secrets = new Set(secretNames);
  const isSecret = (name: string): boolean => secrets.has(name) || looksLikeCredential(name);
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const values = new Set(
    entries
      .filter(([name, value]) => isSecret(name) && value.length >= SHORTEST_VALUE)
      .map(([, value]) => value),
  );
  return Object.fromEntries(entries.filter(([name, value]) => !isSecret(name) && !values.has(value)));
}

/** Names set in the env files (`.env*`, `.dev.vars*`) of the given folders. Values are not kept. */
export async function envFileNames(folders: readonly string[]): Promise<string[]> {
  const names = new Set<string>();
  for (const folder of new Set(folders)) {
    const files = await readdir(folder).catch(() => []);
    for (const file of files.filter((name) => /^\.(env|dev\.vars)(\.|$)/.test(name))) {
      const text = await readFile(path.join(folder, file), 'utf8').catch(() => '');
      for (const name of Object.keys(parse(text))) names.add(name);
    }
  }
  return [...names];
}

function looksLikeCredential(name: string): boolean {
  return !HARMLESS.has(name) && CREDENTIAL_NAMES.some((pattern) => pattern.test(name));
}
