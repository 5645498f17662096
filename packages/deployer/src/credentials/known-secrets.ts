import { looksSecret, looksLikeSecretVariable } from '../security/secret-fields.ts';
import { Secret } from '../security/secret.ts';
import { isOrdinaryEnding, looksLikeCredential } from '../security/variables.ts';
import type { EnvFile } from './dotenv-files.ts';
import { isOwn, tenantSuffix, type TenantSuffixes } from './tenant-variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Credentials have no less; shorter values of a credential's name are more likely `true` or `basic`. */
const SHORTEST = 6;

/** Values of the environment that are credentials by name or form, whoever uses them. */
export function environmentSecrets(env: Environment): readonly Secret[] {
  return secretsAmong(env, (name, value) => isCredential(name, value));
}

/** Values of a tenant's own variables, and of those that the project lets secrets come from. */
export function tenantVariableSecrets(
  env: Environment,
  options: {
    readonly tenant: string;
    readonly suffixes: TenantSuffixes;
    readonly allowedSecrets: readonly string[];
  },
): readonly Secret[] {
  const { tenant, suffixes, allowedSecrets } = options;
  const suffix = tenantSuffix(tenant);
  const ordinary = isOrdinaryEnding(suffix);
  // By name first, and the ending before the owner: asked of every variable for each of thousands of tenants.
  const own = Object.keys(env).filter(
    (name) =>
      allowedSecrets.includes(name) || (!ordinary && name.endsWith(suffix) && isOwn(name, tenant, suffixes)),
  );
  return secretsAmong(Object.fromEntries(own.map((name) => [name, env[name]])), () => true);
}

/**
 * Values of env files that must not be shown: credentials by name or form, the named secrets, and whatever looks made
 * by a machine. Not every variable: hiding `staging` everywhere would garble every message.
 */
export function fileSecrets(files: readonly EnvFile[], names: readonly string[]): readonly Secret[] {
  return files.flatMap(({ values }) =>
    secretsAmong(
      values,
      (name, value) => names.includes(name) || isCredential(name, value) || looksRandom(value),
    ),
  );
}

const TOKEN = /^CLOUDFLARE_API_(?:TOKEN|KEY)/;
/** Names of the variables in which an account or an address stands: to be seen, not hidden. */
const PLAIN =
  /^(?:CLOUDFLARE|CF)_(?:ACCOUNT_ID|ENV|.{0,20}URL)$|(?:_ID|_URL|_NAME|_HOST|_PORT|_HEADER|_PATH|_FILE)$/;

function isCredential(name: string, value: string): boolean {
  if (looksSecret(value) || TOKEN.test(name)) return true;
  if (PLAIN.test(name)) return looksLikeSecretVariable(name, value);
  return looksLikeCredential(name) || looksLikeSecretVariable(name, value);
}

function looksRandom(value: string): boolean {
  if (value.length < 16 || /\s/.test(value) || /^(?:[a-z]+:\/|\.{0,2}\/)/i.test(value)) return false;
  return /\d/.test(value) && /[A-Za-z]/.test(value);
}

function secretsAmong(
  values: Environment,
  isSecret: (name: string, value: string) => boolean,
): readonly Secret[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value !== undefined && value.trim().length >= SHORTEST && isSecret(name, value)
      ? [new Secret(value)]
      : [],
  );
}
