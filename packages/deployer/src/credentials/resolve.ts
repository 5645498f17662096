import { looksLikeSecretVariable } from '../security/secret-fields.ts';
import { CredentialsError } from '../errors.ts';
import { envFileNames, type EnvFile } from './dotenv-files.ts';
import { Secret } from '../security/secret.ts';

/** Where a tenant's values come from. */
export interface ValueSources {
  readonly tenant: string;
  readonly environment: string | null;
  /** Nearest first. */
  readonly files: readonly EnvFile[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A token and where it was found. */
export interface FoundToken {
  readonly token: Secret;
  /** For people: `CLOUDFLARE_API_TOKEN_ACME`, `tenants/acme/.env`. */
  readonly source: string;
}

const TOKEN = 'CLOUDFLARE_API_TOKEN';

/** Suffix of a tenant's own variables: `my-tenant` → `MY_TENANT`. */
export function tenantSuffix(tenant: string): string {
  return tenant.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}

/**
 * The tenant's API token: explicit option → `CLOUDFLARE_API_TOKEN_<TENANT>` → the tenant's env files →
 * `.env.deploy` → `CLOUDFLARE_API_TOKEN`.
 * @throws CredentialsError CREDENTIALS_MISSING naming every place looked at; CREDENTIALS_INVALID for a value that cannot
 *   be a token
 */
export function resolveToken(sources: ValueSources, explicit?: string): FoundToken {
  const found =
    explicit === undefined ? findValue(sources, TOKEN) : { value: explicit, source: 'the apiToken option' };
  if (found === null) throw missing(sources);
  const value = found.value.trim();
  // A token with spaces or line breaks would be refused by the header, with an error that shows it.
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new CredentialsError(
      'CREDENTIALS_INVALID',
      `The API token from ${found.source} has characters no token has.`,
      {
        hint: 'Copy the token again, without quotes, spaces or line breaks.',
      },
    );
  }
  return { token: new Secret(value), source: found.source };
}

/** The value of a secret by the same order; undefined when it has none. Empty values count as none. */
export function resolveSecret(sources: ValueSources, name: string): Secret | undefined {
  const found = findValue(sources, name);
  return found === null ? undefined : new Secret(found.value);
}

/**
 * Values of the env files that a redactor has to know: tokens, the named secrets, and what looks like one. Not every
 * variable: hiding `staging` everywhere would garble every message.
 */
export function secretsOf(sources: ValueSources, names: readonly string[]): readonly Secret[] {
  return sources.files.flatMap(({ values }) =>
    Object.entries(values)
      .filter(
        ([name, value]) =>
          names.includes(name) || name.startsWith(TOKEN) || looksLikeSecretVariable(name, value),
      )
      .map(([, value]) => new Secret(value)),
  );
}

function findValue(
  { tenant, files, env }: ValueSources,
  name: string,
): { readonly value: string; readonly source: string } | null {
  const own = `${name}_${tenantSuffix(tenant)}`;
  const candidates = [
    { value: env[own], source: own },
    ...files.map((file) => ({
      value: Object.hasOwn(file.values, name) ? file.values[name] : undefined,
      source: file.name,
    })),
    { value: env[name], source: name },
  ];
  for (const { value, source } of candidates) {
    if (value !== undefined && value.trim() !== '') return { value, source };
  }
  return null;
}

function missing({ tenant, environment }: ValueSources): CredentialsError {
  const looked = [`${TOKEN}_${tenantSuffix(tenant)}`, ...envFileNames(tenant, environment), TOKEN];
  return new CredentialsError(
    'CREDENTIALS_MISSING',
    `No API token was found for tenant ${tenant}. Looked at: ${looked.join(', ')}.`,
    {
      hint: `Set ${TOKEN}_${tenantSuffix(tenant)}, or use --local to rehearse without an account.`,
      details: { looked },
    },
  );
}
