import { checkEnvFiles } from '../../credentials/env-file-safety.ts';
import { resolveToken, type FoundToken, type ValueSources } from '../../credentials/resolve.ts';
import { ConfigError, CredentialsError } from '../../errors.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import type { Secret } from '../../security/secret.ts';
import { isDeploymentVariable } from '../../security/variables.ts';
import { secretNamesOf } from '../learn-secrets.ts';
import type { World } from '../world.ts';

/**
 * The token for a tenant, after everything that could lead to the wrong one was refused. Tells when several were found.
 * @throws ConfigError SECRET_REFUSED; CredentialsError ENV_FILE_EXPOSED, CREDENTIALS_AMBIGUOUS, and those of
 *   `resolveToken`
 */
export async function chooseToken(
  world: World,
  worker: ResolvedWorker,
  sources: ValueSources,
): Promise<Secret> {
  checkSecretNames(worker);
  const inCi = runsInCi(world.env);
  await checkEnvFiles(sources.files, secretNamesOf(worker), {
    tracked: (names) => world.git.tracked(names),
    inCi,
    platform: process.platform,
  });
  const found = resolveToken(sources, world.apiToken);
  world.redactor.add(found.token);
  if (found.others.length > 0) tellOthers(world, worker.tenant, { found, inCi });
  return found.token;
}

/** @throws ConfigError SECRET_REFUSED for a secret named like what deploys */
function checkSecretNames(worker: ResolvedWorker): void {
  const refused = secretNamesOf(worker).find(isDeploymentVariable);
  if (refused === undefined) return;
  throw new ConfigError(
    'SECRET_REFUSED',
    `${worker.tenant} declares a secret ${refused}. Names that begin with CLOUDFLARE_, CF_ or WRANGLER_ belong to the deployment itself, so no value is taken for it.`,
    { hint: 'Give the secret another name.' },
  );
}

function tellOthers(
  world: World,
  tenant: string,
  { found, inCi }: { readonly found: FoundToken; readonly inCi: boolean },
): void {
  const others = found.others.join(', ');
  const fromFile = found.source.includes('.env');
  if (inCi && fromFile) {
    throw new CredentialsError(
      'CREDENTIALS_AMBIGUOUS',
      `${found.source} and ${others} hold different API tokens for tenant ${tenant}.`,
      { hint: 'Keep one. In CI a file must not stand before the variable that the pipeline sets.' },
    );
  }
  world.emit({
    type: 'notice',
    tenant,
    message: `The API token comes from ${found.source}; another one in ${others} is not used.`,
  });
}

/** Whether a CI system runs this: `CI` is set to something else than `false`. */
export function runsInCi(env: Readonly<Record<string, string | undefined>>): boolean {
  const ci = env['CI']?.trim().toLowerCase() ?? '';
  return ci !== '' && ci !== 'false' && ci !== '0';
}
