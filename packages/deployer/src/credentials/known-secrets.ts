import { remember } from '../remember.ts';
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

/** Variables of the environment by their endings, so that not each of thousands of tenants goes through all of them. */
export type VariablesByEnding = ReadonlyMap<string, readonly string[]>;

/** Indexes the variables by everything that follows an underscore of theirs. */
export function indexVariables(env: Environment): VariablesByEnding {
  const byEnding = new Map<string, string[]>();
  for (const name of Object.keys(env)) {
    for (let at = name.indexOf('_'); at !== -1; at = name.indexOf('_', at + 1)) {
      remember(byEnding, name.slice(at + 1), (): string[] => []).push(name);
    }
  }
  return byEnding;
}

/** Values of a tenant's own variables, and of those that the project lets secrets come from. */
export function tenantVariableSecrets(
  env: Environment,
  options: {
    readonly tenant: string;
    readonly variables: VariablesByEnding;
    readonly suffixes: TenantSuffixes;
    readonly allowedSecrets: readonly string[];
  },
): readonly Secret[] {
  const { tenant, variables, suffixes, allowedSecrets } = options;
  const suffix = tenantSuffix(tenant);
  const ending = isOrdinaryEnding(suffix) ? [] : (variables.get(suffix) ?? []);
  const own = [
    ...ending.filter((name) => isOwn(name, tenant, suffixes)),
    ...allowedSecrets.filter((name) => Object.hasOwn(env, name)),
  ];
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
