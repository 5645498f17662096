import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dice } from './chance.ts';

export const ACCOUNT = '0123456789abcdef0123456789abcdef';
export const TENANT = 'acme';
export const HOST = 'acme.test.workers.dev';
/** Values of secrets end in this, so that one that got out is found. */
export const SECRET_MARK = 'zq7-never-to-be-seen';

/** What somebody's files say. `rev` is different for everything that is ever asked for. */
export interface Wanted {
  readonly rev: string;
  readonly code: string;
  readonly sick: boolean;
  readonly cron: string | null;
  readonly logpush: boolean;
  readonly secrets: readonly string[];
}

/** Wants something else than before, in some of its parts. */
export function want(dice: Dice, rev: string, sick = dice.happens(`${rev} sick`, 0.15)): Wanted {
  return {
    rev,
    code: dice.pick(`${rev} code`, ['a', 'b', rev]),
    sick,
    cron: dice.pick(`${rev} cron`, [null, '0 1 * * *', '0 2 * * *']),
    logpush: dice.happens(`${rev} logpush`, 0.3),
    secrets: dice.pick(`${rev} secrets`, [[], ['API_KEY'], ['API_KEY'], ['API_KEY', 'SALT']]),
  };
}

/** The module that is uploaded. */
export function sourceOf({ code }: Pick<Wanted, 'code'>): string {
  return `// ${code}\nexport default { fetch() { return new Response('ok'); }, scheduled() {} };\n`;
}

/** Name of that module's content in the embedded Cloudflare. */
export function blobOf(wanted: Pick<Wanted, 'code'>): string {
  return createHash('sha256').update(sourceOf(wanted)).digest('hex');
}

/** Variables as the files want them. */
export function variablesOf({ rev, sick }: Wanted): Readonly<Record<string, string>> {
  return { REV: rev, HEALTH: sick ? 'sick' : 'well' };
}

/** Writes a tenant's files. */
export async function writeProject(root: string, wanted: Wanted): Promise<void> {
  const folder = join(root, 'tenants', TENANT);
  await mkdir(folder, { recursive: true });
  const json = (name: string, content: object): Promise<void> =>
    writeFile(join(folder, name), JSON.stringify(content));
  await Promise.all([
    writeFile(join(folder, 'index.js'), sourceOf(wanted)),
    writeFile(join(folder, '.env'), `API_KEY=first-${SECRET_MARK}\nSALT=salt-${SECRET_MARK}\n`, {
      mode: 0o600,
    }),
    json('wrangler.json', {
      name: TENANT,
      main: 'index.js',
      no_bundle: true,
      compatibility_date: '2026-02-01',
      vars: variablesOf(wanted),
      version_metadata: { binding: 'VERSION' },
      logpush: wanted.logpush,
      ...(wanted.cron === null ? {} : { triggers: { crons: [wanted.cron] } }),
    }),
    json('tenant.config.json', {
      tenantId: TENANT,
      accountId: ACCOUNT,
      accountSubdomain: 'test',
      requiredSecrets: wanted.secrets,
      healthCheck: {
        path: '/health',
        expectJson: { status: 'ok' },
        versionFrom: 'version.id',
        attempts: 5,
        intervalMs: 1_000,
        timeoutMs: 5_000,
      },
    }),
  ]);
}
