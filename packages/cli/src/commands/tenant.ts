import type { Command } from 'commander';
import type { Finding, TenantCatalog, TenantEntry } from '@cf-deploy/deployer';
import type { CommandModule, Execute } from '../command.ts';
import type { Outcome } from '../outcome.ts';
import { tenantChanges } from './tenant-changes.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { groupedFindingLines } from '../output/findings.ts';
import { isPresentable, presentError } from '../output/error.ts';
import { compact } from '../compact.ts';

/** A tenant as `tenant list` shows it. */
interface ListedTenant {
  readonly tenant: string;
  readonly from: TenantEntry['from'];
  readonly place: string;
}

/** `tenant list | show | add | rename | move | remove`: which tenants there are, and their life. */
export const tenant: CommandModule = {
  name: 'tenant',
  summary: 'list, show, add, rename, move and remove tenants',
  examples: [
    'cf-deploy tenant list',
    'cf-deploy tenant show acme',
    'cf-deploy tenant add acme --account=<id> --label=plan=pro',
    'cf-deploy tenant rename acme acme-eu --dry-run',
    'cf-deploy tenant move acme --to-account=<id> --yes',
    'cf-deploy tenant remove acme --yes',
  ],
  configure(command, execute) {
    list(command, execute);
    show(command, execute);
    tenantChanges(command, execute);
  },
};

function list(command: Command, execute: Execute): void {
  command
    .command('list')
    .description('every tenant and where it is defined, as it is read')
    .action(
      execute(async (context): Promise<Outcome> => {
        const { openTenants } = await import('@cf-deploy/deployer');
        const tenants = await openTenants(await context.root());
        return context.flags.json === true ? printJson(context, tenants) : printLines(context, tenants);
      }),
    );
}

/** One JSON document, written while the tenants are read: ten thousand are not waited for. */
async function printJson(context: Context, tenants: TenantCatalog): Promise<Outcome> {
  const { stdout } = context.world;
  stdout.write(`{\n  "command": ${JSON.stringify(context.command)},\n  "result": {\n    "tenants": [`);
  let first = true;
  const findings = await readAll(tenants, (listed) => {
    stdout.write(`${first ? '' : ','}\n      ${JSON.stringify(listed)}`);
    first = false;
  });
  const exitCode = findings.length === 0 ? EXIT.ok : EXIT.invalid;
  stdout.write(`${first ? '' : '\n    '}],\n    "findings": ${JSON.stringify(findings)}\n  },\n`);
  stdout.write(`  "ok": ${exitCode === EXIT.ok},\n  "exitCode": ${exitCode}\n}\n`);
  return { result: null, exitCode, printed: true, lines: () => [] };
}

async function printLines(context: Context, tenants: TenantCatalog): Promise<Outcome> {
  let count = 0;
  const findings = await readAll(tenants, ({ tenant: id, place }) => {
    count += 1;
    void context.print((style) => [`${id}  ${style.dim(place)}`]);
  });
  return {
    result: null,
    exitCode: findings.length === 0 ? EXIT.ok : EXIT.invalid,
    lines: (style) => [
      ...groupedFindingLines(findings, style),
      style.bold(`${count} ${count === 1 ? 'tenant' : 'tenants'}`),
    ],
  };
}

/** Tells of every tenant; gives what is wrong with the sources. */
async function readAll(
  tenants: TenantCatalog,
  tell: (listed: ListedTenant) => void,
): Promise<readonly Finding[]> {
  try {
    for await (const entry of tenants.stream()) {
      if (entry.kind === 'problem') continue;
      const { file, line } = entry.place;
      tell({ tenant: entry.id, from: entry.from, place: entry.from === 'folder' ? file : `${file}:${line}` });
    }
    return [...tenants.project.findings, ...(await tenants.findings())];
  } catch (error) {
    // The document is begun, so the error becomes a part of it.
    if (!isPresentable(error)) throw error;
    const { code, message, hint } = presentError(error).json;
    return [{ severity: 'error', code, path: '', message, ...compact({ hint }) }];
  }
}

function show(command: Command, execute: Execute): void {
  command
    .command('show')
    .description('what defines one tenant, and which Workers it has')
    .argument('<id>', 'tenant')
    .action(
      execute(async (context, { args: [id = ''] }): Promise<Outcome> => {
        const { openTenants } = await import('@cf-deploy/deployer');
        const tenants = await openTenants(await context.root());
        const workers = (await tenants.workers(id)).filter((name) => name !== null);
        const { tenantFile, from = 'folder', findings } = await tenants.load(id, workers[0]);
        const at = tenantFile?.place([]);
        const place = at === undefined ? null : `${at.file}:${at.line}`;
        const definition = tenantFile?.value ?? null;
        return {
          result: { tenant: id, from, place, workers, definition, findings },
          exitCode: findings.some(({ severity }) => severity === 'error') ? EXIT.invalid : EXIT.ok,
          lines: (style) => [
            `${style.bold(id)}  ${style.dim(place ?? from)}`,
            ...(workers.length === 0 ? [] : [`  Workers: ${workers.join(', ')}`]),
            ...(definition === null ? [] : JSON.stringify(definition, null, 2).split('\n')).map(
              (line) => `  ${line}`,
            ),
            ...groupedFindingLines(findings, style),
          ],
        };
      }),
    );
}
