/** Variables that hold a credential, or lead a client to another API. */
const CREDENTIAL = /^(CLOUDFLARE|CF)_(API_|EMAIL|BASE_URL|ACCOUNT_ID|ACCESS_)/;

/**
 * The environment a command sees with `--local`: without any real credential or other API, and with the token of the
 * embedded Cloudflare. Secrets of the tenants stay: they go to the embedded Cloudflare, as a rehearsal should.
 */
export function localEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  token: string,
): Readonly<Record<string, string | undefined>> {
  const kept = Object.entries(env).filter(([name]) => !CREDENTIAL.test(name));
  return { ...Object.fromEntries(kept), CLOUDFLARE_API_TOKEN: token };
}
