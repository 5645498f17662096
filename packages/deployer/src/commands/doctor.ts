import type { ErrorCode } from '../error-codes.ts';
import { readAccountName, verifyToken } from '../credentials/verify.ts';
import type { Target } from '../session/target.ts';
import { DeployError } from '../errors.ts';
import { openTenant, type TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/public-url.ts';
import { validateTenant } from './validate.ts';
import type { CommandScope, World } from '../session/world.ts';
import { failureOfAll, failureOfError, type Judged } from './command.ts';
import { compact } from '../json.ts';

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly message: string;
  /** Of the error that made the check fail; null when none did. */
  readonly code: ErrorCode | null;
  readonly hint: string | null;
}

/** Whether everything is there that a deploy needs. */
export interface DoctorResult {
  readonly checks: readonly DoctorCheck[];
  readonly ok: boolean;
}

/** Its failure is that of what is wrong: 3 for the files, 4 for the token, 1 for several. */
export const doctorCommand: Judged<DoctorResult> = {
  failure: ({ checks }) =>
    failureOfAll<DoctorCheck>(
      {
        failure: ({ status, code }) =>
          status === 'failed' ? (code === null ? 1 : failureOfError({ error: { code } })) : null,
      },
      checks,
    ),
};

/** Looks at the machine, the project and each tenant's access, and says what is wrong and what to do. Only reads. */
export async function runDoctor(
  world: World,
  scope: CommandScope,
  target: Partial<Target>,
): Promise<DoctorResult> {
  const checks: DoctorCheck[] = [checkNode(), await checkGit(world)];
  const tenants = await check('project', async () => {
    if (target.tenant !== undefined) return { value: [target.tenant], message: '1 tenant' };
    const catalog = await scope.tenants();
    const found = await catalog.ids();
    return { value: found, message: `${found.length} ${found.length === 1 ? 'tenant' : 'tenants'}` };
  });
  checks.push(tenants.check, ...(target.tenant === undefined ? await checkSources(scope) : []));
  for (const tenant of tenants.value ?? []) {
    checks.push(
      ...(await checkTenant(world, scope, {
        tenant,
        ...compact({ env: target.env }),
      })),
    );
  }
  return { checks, ok: checks.every(({ status }) => status !== 'failed') };
}

/** What is wrong with the sources of tenants: each row or folder that is none. */
async function checkSources(scope: CommandScope): Promise<readonly DoctorCheck[]> {
  const sources = await check('sources', async () => {
    const catalog = await scope.tenants();
    return { value: [...catalog.project.findings, ...(await catalog.findings())], message: '' };
  });
  return (sources.value ?? []).map(({ severity, code, message, hint, place }) => ({
    name: place === undefined ? 'project' : `${place.file}:${place.line}`,
    status: severity === 'error' ? 'failed' : 'warning',
    message: `${message} (${code})`,
    code: null,
    hint: hint ?? null,
  }));
}

function checkNode(): DoctorCheck {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'node',
    status: good ? 'ok' : 'failed',
    message: `Node.js ${process.versions.node}`,
    code: null,
    hint: good ? null : 'Install Node.js 20.19 or newer.',
  };
}

async function checkGit({ git }: World): Promise<DoctorCheck> {
  const commit = await git.commit();
  return {
    name: 'git',
    status: commit === null ? 'warning' : 'ok',
    message:
      commit === null
        ? 'no commit can be read here: no git checkout, or one without commits'
        : `commit ${commit.sha.slice(0, 12)}${commit.dirty ? ', with changes' : ''}`,
    code: null,
    hint:
      commit === null
        ? 'Without commits, an older checkout cannot be kept from replacing a newer one.'
        : null,
  };
}

async function checkTenant(
  world: World,
  scope: CommandScope,
  target: Target,
): Promise<readonly DoctorCheck[]> {
  const name = (what: string): string => `${target.tenant}: ${what}`;
  const files = await check(name('files'), async () => {
    const { valid, findings } = await validateTenant(world, target, scope);
    if (!valid)
      throw new DeployError('CONFIG_INVALID', findings[0]?.message ?? 'invalid', {
        hint: 'Run cf-deploy validate.',
      });
    return { value: true, message: 'valid' };
  });
  if (files.value === null) return [files.check];
  const opened = await check(name('token'), async () => {
    const context = await openTenant(world, scope, target);
    const report = await verifyToken(context.api.reader);
    const expires = report.expiresOn === null ? '' : `, expires ${report.expiresOn}`;
    return { value: context, message: `${report.kind} token is ${report.status}${expires}` };
  });
  if (opened.value === null) return [files.check, opened.check];
  const account = await checkAccount(name('account'), opened.value);
  return [files.check, opened.check, account];
}

async function checkAccount(name: string, context: TenantContext): Promise<DoctorCheck> {
  const checked = await check(name, async () => {
    const [account, url] = await Promise.all([readAccountName(context.api.reader), urlOf(context)]);
    return { value: true, message: `${account}${url === null ? ', no URL' : `, ${url}`}` };
  });
  return checked.check;
}

async function check<T>(
  name: string,
  work: () => Promise<{ readonly value: T; readonly message: string }>,
): Promise<{ readonly check: DoctorCheck; readonly value: T | null }> {
  try {
    const { value, message } = await work();
    return { check: { name, status: 'ok', message, code: null, hint: null }, value };
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    return {
      check: { name, status: 'failed', message: error.message, code: error.code, hint: error.hint ?? null },
      value: null,
    };
  }
}
