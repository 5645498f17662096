import type { EndState } from '../end-state.ts';
import { listSecrets } from '../cloudflare/secrets.ts';
import { getSettings } from '../cloudflare/scripts.ts';
import { getVersion } from '../cloudflare/versions.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { Secret } from '../security/secret.ts';
import { ConfigError, DeployError } from '../errors.ts';
import { withTenantLock } from '../records/lock.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { largestShare } from '../sections/live.ts';
import { refuseOtherTenant } from '../sections/owner.ts';
import { workerMissing } from '../sections/worker-missing.ts';
import { applySecrets } from './apply-secrets.ts';
import { planSecrets, type SecretChanges, type SecretsPlan } from './plan-secrets.ts';
import type { Judged } from './command.ts';

/** Secrets of a Worker and those it requires, by name, and what became of a change. */
export interface SecretsListResult {
  readonly tenant: string;
  /** Which of the tenant's Workers; null for its only one. */
  readonly worker: string | null;
  readonly environment: string | null;
  readonly scriptName: string;
  readonly secrets: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly present: boolean;
  }[];
  /** Of a change: what is live now. */
  readonly endState?: EndState;
  /** Of a change: path of its record, relative to the root. */
  readonly record?: string | null;
  /** Of a change: why its record could not be finished; null when it could. */
  readonly recordError?: string | null;
}

/** How secrets are changed. */
export interface SecretsOptions {
  /** Asked once with the plan, before anything is sent; false stops it. What was shown is what is done. */
  readonly confirm?: ((plan: SecretsPlan) => Promise<boolean>) | undefined;
  /** Also of a Worker that another tenant deployed. @default false */
  readonly takeOver?: boolean | undefined;
}

/** A change whose record could not be finished is a failure, as a deploy's is. */
export const secretsCommand: Judged<SecretsListResult> = {
  failure: ({ recordError }) => ((recordError ?? null) === null ? null : 1),
};

/** Longest secret, bytes. Source: size of one variable. */
const LARGEST_SECRET = 5 * 1024;

/** Secrets of the Worker and those it requires, by name. @throws DeployError WORKER_MISSING */
export async function listTenantSecrets(context: TenantContext): Promise<SecretsListResult> {
  return listed(context.worker, await liveNames(context));
}

function listed(worker: ResolvedWorker, live: readonly string[]): SecretsListResult {
  const names = [...new Set([...declaredNames(worker), ...live])].toSorted();
  return {
    tenant: worker.tenant,
    worker: worker.worker,
    environment: worker.environment,
    scriptName: worker.scriptName,
    secrets: names.map((name) => ({
      name,
      required: worker.secrets.required.includes(name),
      present: live.includes(name),
    })),
  };
}

async function liveNames(context: TenantContext): Promise<readonly string[]> {
  const live = await listSecrets(context.api.reader, context.worker);
  if (live === null) {
    throw await workerMissing(
      context,
      `the secrets of Worker ${context.worker.scriptName}`,
      'Deploy it first: required secrets with a value here travel with the deploy.',
    );
  }
  return live;
}

/** Sets one secret: a new version, live at once. @throws ConfigError USAGE for a bad name or value */
export async function putTenantSecret(
  context: TenantContext,
  secret: { readonly name: string; readonly value: string } & SecretsOptions,
): Promise<SecretsListResult> {
  const { worker, world } = context;
  const value = new Secret(secret.value);
  world.redactor.add(value);
  checkName(secret.name);
  checkValue(secret.name, value);
  const variable = worker.bindings.find(({ name }) => name === secret.name);
  if (variable !== undefined) {
    throw new ConfigError(
      'USAGE',
      `${secret.name} is a ${variable.type} binding of ${worker.scriptName}; a secret cannot have its name.`,
      {
        hint: 'Rename one of them.',
      },
    );
  }
  return change(context, { [secret.name]: value }, secret);
}

/** Sets every declared secret that has a value here, in one call. @throws ConfigError SECRET_MISSING when none has */
export async function pushTenantSecrets(
  context: TenantContext,
  options: SecretsOptions = {},
): Promise<SecretsListResult> {
  const { worker, secretValue } = context;
  const names = declaredNames(worker);
  const found = names.flatMap((name) => {
    const secret = secretValue(name);
    return secret === undefined ? [] : [[name, secret] as const];
  });
  if (found.length === 0) {
    throw new ConfigError(
      'SECRET_MISSING',
      names.length === 0
        ? `${worker.tenant} declares no secrets, so there is nothing to push.`
        : `None of the declared secrets has a value here: ${names.join(', ')}.`,
      {
        hint: "Declare them in requiredSecrets or apiKeys, and set each as NAME_<TENANT> or in the tenant's .env file.",
      },
    );
  }
  for (const [name, secret] of found) checkValue(name, secret);
  return change(context, Object.fromEntries(found), options);
}

/** Deletes one secret. @throws ConfigError USAGE when it is not there */
export async function deleteTenantSecret(
  context: TenantContext,
  { name, confirm, takeOver }: { readonly name: string } & SecretsOptions,
): Promise<SecretsListResult> {
  checkName(name);
  const refuse = (live: readonly string[]): void => refuseAbsent(context, name, live);
  return change(context, { [name]: null }, { confirm, takeOver, refuse });
}

function refuseAbsent({ worker }: TenantContext, name: string, live: readonly string[]): void {
  if (live.includes(name)) return;
  throw new ConfigError('USAGE', `Worker ${worker.scriptName} has no secret ${name}.`, {
    hint: `It has: ${live.toSorted().join(', ') || 'none'}.`,
  });
}

/** Secrets the files know: those the Worker cannot do without, and the tenant's API keys. */
function declaredNames({ secrets }: ResolvedWorker): readonly string[] {
  return [...secrets.required, ...(secrets.optional ?? [])];
}

/** One plan, shown to whoever confirms it, and that same plan carried out. */
function change(
  context: TenantContext,
  secrets: SecretChanges,
  {
    confirm,
    takeOver = false,
    refuse,
  }: SecretsOptions & { readonly refuse?: (live: readonly string[]) => void },
): Promise<SecretsListResult> {
  const { worker, world } = context;
  const { tenant, environment } = worker;
  return withTenantLock({ rootDir: world.rootDir, tenant, environment, worker: worker.worker }, async () => {
    const live = await liveNames(context);
    refuse?.(live);
    const plan = await planSecrets(context, secrets, live);
    if (!takeOver) await refuseForeign(context, plan);
    if (!((await confirm?.(plan)) ?? true)) {
      throw new ConfigError('NOT_CONFIRMED', 'No secret was changed: it was not confirmed.', {
        hint: 'Add --yes to go on without the question.',
      });
    }
    const { names, ...ended } = await applySecrets(context, plan, secrets);
    return { ...listed(worker, names), ...ended };
  });
}

/** A value must not go into another tenant's Worker. A version that cannot be read tells nothing. */
async function refuseForeign({ worker, api }: TenantContext, { live }: SecretsPlan): Promise<void> {
  const share = largestShare(live);
  const dispatched = worker.dispatchNamespace !== null;
  if (share === null && !dispatched) return;
  const upload = await (
    share === null ? getSettings(api.reader, worker) : getVersion(api.reader, worker.scriptName, share)
  ).catch((error: unknown) => {
    if (error instanceof DeployError) return null;
    throw error;
  });
  refuseOtherTenant(worker, upload?.annotations ?? {});
}

function checkName(name: string): void {
  if (/^[A-Za-z_$][\w$]{0,127}$/.test(name) && name !== '__proto__') return;
  throw new ConfigError('USAGE', `${JSON.stringify(name.slice(0, 64))} cannot be the name of a secret.`, {
    hint: 'Use letters, digits and underscores, such as API_KEY.',
  });
}

function checkValue(name: string, secret: Secret): void {
  const bytes = Buffer.byteLength(secret.open());
  if (bytes > 0 && bytes <= LARGEST_SECRET) return;
  throw new ConfigError(
    'USAGE',
    `The value of secret ${name} has ${bytes} bytes; 1 to ${LARGEST_SECRET} are allowed.`,
  );
}
