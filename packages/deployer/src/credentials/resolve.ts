import { CredentialsError } from '../errors.ts';
import { Secret } from '../security/secret.ts';
import { isDeploymentVariable, isReservedVariable } from '../security/variables.ts';
import { envFileNames, type EnvFile } from './dotenv-files.ts';
import { ownVariable, tenantSuffix, type TenantSuffixes } from './tenant-variables.ts';

/** Where a tenant's values come from. */
export interface ValueSources {
  readonly tenant: string;
  readonly environment: string | null;
  /** Whose variables are whose: one may be another tenant's. */
  readonly suffixes: TenantSuffixes;
  /** Nearest first. */
  readonly files: readonly EnvFile[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Secrets whose value may be in a variable without a suffix, by the project's configuration. */
  readonly allowedSecrets: readonly string[];
}

/** A token and where it was found. */
export interface FoundToken {
  readonly token: Secret;
  /** For people: `CLOUDFLARE_API_TOKEN_ACME`, `tenants/acme/.env`. */
  readonly source: string;
  /** Further places that hold another token, which was not taken. */
  readonly others: readonly string[];
}

interface Candidate {
  readonly value: string | undefined;
  readonly source: string;
}

const TOKEN = 'CLOUDFLARE_API_TOKEN';

/**
 * The tenant's API token: explicit option → `CLOUDFLARE_API_TOKEN_<TENANT>` → the tenant's env files →
 * `.env.deploy` → `CLOUDFLARE_API_TOKEN`.
 * @throws CredentialsError CREDENTIALS_MISSING naming every place looked at; CREDENTIALS_INVALID for a value that cannot
 *   be a token
 */
export function resolveToken(sources: ValueSources, explicit?: string): FoundToken {
  const found =
    explicit === undefined ? tokenCandidates(sources) : [{ value: explicit, source: 'the apiToken option' }];
  const [first, ...rest] = present(found);
  if (first === undefined) throw missing(sources);
  const value = tokenIn(first);
  const others = rest.filter((other) => other.value.trim() !== value).map(({ source }) => source);
  return { token: new Secret(value), source: first.source, others };
}

/**
 * The token for the bucket that keeps uploads: explicit option → its variable, in the environment, else in `.env.deploy` →
 * `CLOUDFLARE_API_TOKEN` likewise.
 * @throws CredentialsError CREDENTIALS_MISSING, CREDENTIALS_INVALID
 */
export function resolveBucketToken({
  explicit,
  variable = TOKEN,
  env,
  file,
}: {
  readonly explicit: string | undefined;
  /** Name of the variable that the project's configuration gives. */
  readonly variable: string | undefined;
  readonly env: ValueSources['env'];
  /** `.env.deploy`. */
  readonly file: EnvFile | null;
}): Secret {
  const named = [variable, TOKEN].flatMap((name) => [
    { value: env[name], source: name },
    ...(file === null ? [] : [{ value: fileValue(file, name), source: file.name }]),
  ]);
  const [first] = present([{ value: explicit, source: 'the apiToken option' }, ...named]);
  if (first !== undefined) return new Secret(tokenIn(first));
  throw new CredentialsError(
    'CREDENTIALS_MISSING',
    'No API token was found for the bucket that keeps uploads.',
    {
      hint: `Set ${variable}.`,
    },
  );
}

/** @throws CredentialsError CREDENTIALS_INVALID: a token with spaces or line breaks would be refused with an error that shows it */
function tokenIn({ value, source }: { readonly value: string; readonly source: string }): string {
  const token = value.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CredentialsError(
    'CREDENTIALS_INVALID',
    `The API token from ${source} has characters no token has.`,
    { hint: 'Copy the token again, without quotes, spaces or line breaks.' },
  );
}

/**
 * The value of a secret: from the tenant's own variable, its own env file, or a variable without a suffix that the
 * project's configuration allows. Undefined when none of these has one; an empty value is none. Never a variable of a
 * reserved family, nor another tenant's.
 */
export function resolveSecret(sources: ValueSources, name: string): Secret | undefined {
  if (isDeploymentVariable(name)) return undefined;
  const [found] = present(secretCandidates(sources, name));
  return found === undefined ? undefined : new Secret(found.value);
}

function tokenCandidates({ tenant, files, env }: ValueSources): readonly Candidate[] {
  const own = `${TOKEN}_${tenantSuffix(tenant)}`;
  return [
    { value: env[own], source: own },
    ...files.flatMap((file) => [
      ...(file.scope === 'project' ? [{ value: fileValue(file, own), source: file.name }] : []),
      { value: fileValue(file, TOKEN), source: file.name },
    ]),
    { value: env[TOKEN], source: TOKEN },
  ];
}

function secretCandidates(sources: ValueSources, name: string): readonly Candidate[] {
  const { tenant, suffixes, files, env } = sources;
  const own = ownVariable(name, tenant, suffixes);
  const shared = sources.allowedSecrets.includes(name) && !isReservedVariable(name);
  return [
    ...(own === null ? [] : [{ value: env[own], source: own }]),
    ...files.flatMap((file) => {
      if (file.scope === 'tenant') return [{ value: fileValue(file, name), source: file.name }];
      const names = [...(own === null ? [] : [own]), ...(shared ? [name] : [])];
      return names.map((one) => ({ value: fileValue(file, one), source: file.name }));
    }),
    ...(shared ? [{ value: env[name], source: name }] : []),
  ];
}

function fileValue({ values }: EnvFile, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function present(
  candidates: readonly Candidate[],
): readonly { readonly value: string; readonly source: string }[] {
  return candidates.flatMap(({ value, source }) =>
    value === undefined || value.trim() === '' ? [] : [{ value, source }],
  );
}

function missing({ tenant, environment }: ValueSources): CredentialsError {
  const own = `${TOKEN}_${tenantSuffix(tenant)}`;
  const looked = [own, ...envFileNames(tenant, environment), TOKEN];
  return new CredentialsError(
    'CREDENTIALS_MISSING',
    `No API token was found for tenant ${tenant}. Looked at: ${looked.join(', ')}.`,
    {
      hint: `Set ${own}, or use --local to rehearse without an account.`,
      details: { looked },
    },
  );
}
