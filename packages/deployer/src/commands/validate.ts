import { environmentNamed } from '../session/target.ts';
import type { Finding } from '../findings/finding.ts';
import type { ResolvedResult } from '../resolve/resolve-loaded.ts';
import { resolveWorker } from '../resolve/resolve-worker.ts';
import type { Target } from '../session/target.ts';
import { ConfigError } from '../errors.ts';
import { bundleFindings } from '../plan/preflight/bundle.ts';
import { checkStartup, prepareRelease, type Workplace } from '../plan/prepare.ts';
import { learnSecrets, secretNamesOf } from '../session/learn-secrets.ts';
import { resolveOptions } from '../session/resolve-options.ts';
import { createScope, type CommandScope, type World } from '../session/world.ts';
import type { TargetCommand } from './command.ts';
import { compact } from '../json.ts';

/** What is wrong with the files of a target. */
export interface ValidateResult {
  readonly tenant: string;
  /** Name of the shared Worker that the tenant takes; null for one of its own. */
  readonly worker: string | null;
  readonly environment: string | null;
  readonly scriptName: string | null;
  readonly findings: readonly Finding[];
  readonly valid: boolean;
}

/** Files with errors are invalid input. */
export const validateCommand: TargetCommand<ValidateResult> = {
  word: ({ valid }) => (valid ? 'valid' : 'invalid'),
  failure: ({ valid }) => (valid ? null : 3),
  calls: () => 0,
  failed: ({ tenant, worker, environment, error: { code, message } }) => ({
    tenant,
    worker,
    environment,
    scriptName: null,
    findings: [{ severity: 'error', code, path: '', message }],
    valid: false,
  }),
};

/**
 * Everything wrong with a tenant, without a call to the API: its files, then, when they are sound, its code, which must
 * compile, export what the files name, and start where the caller can start it.
 * @throws ConfigError TENANT_UNKNOWN, ROOT_NOT_FOUND
 */
export async function validateTenant(
  world: World,
  target: Target,
  scope: CommandScope = createScope(world),
): Promise<ValidateResult> {
  const resolved = await resolveWorker(await resolveOptions(world, scope, target));
  return validateResolved(world, scope, { target, resolved });
}

/** The same for a target that is resolved already. */
export async function validateResolved(
  world: World,
  scope: CommandScope,
  { target, resolved }: { readonly target: Target; readonly resolved: ResolvedResult },
): Promise<ValidateResult> {
  const { worker, findings } = resolved;
  const { tenant } = target;
  await learnSecrets(world, scope, { tenant, names: worker === null ? [] : secretNamesOf(worker) });
  const all = worker === null ? findings : [...findings, ...(await codeFindings({ worker, world, scope }))];
  return {
    tenant: target.tenant,
    worker: worker === null ? (target.worker ?? null) : worker.worker,
    environment: worker?.environment ?? environmentNamed(target.env),
    scriptName: worker?.scriptName ?? null,
    findings: all,
    valid: worker !== null && !all.some(({ severity }) => severity === 'error'),
  };
}

async function codeFindings(workplace: Workplace): Promise<readonly Finding[]> {
  try {
    const release = await prepareRelease(workplace);
    const findings = bundleFindings(release);
    // Code that lacks what the files name is not worth starting.
    if (findings.some(({ severity }) => severity === 'error')) return findings;
    await checkStartup(workplace, release, null);
    return findings;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (error.findings.length > 0) return error.findings;
    const { code, message, hint } = error;
    // Not running what a stranger wrote is no mistake of the files.
    const severity = code === 'BUILD_NOT_RUN' ? 'warning' : 'error';
    return [{ severity, code: ruleName(code), path: '', message, ...compact({ hint }) }];
  }
}

/** `BUNDLE_FAILED` → `bundle-failed`: rules have names in that form. */
function ruleName(code: string): string {
  return code.toLowerCase().replaceAll('_', '-');
}
