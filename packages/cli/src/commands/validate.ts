import type { Deployer, Finding, Target, ValidateResult } from '@cf-deploy/deployer';
import type { CommandModule } from '../command.ts';
import { exitStatus, fleetStatus } from '../exit-codes.ts';
import { validateFleetLines, validateLines } from '../output/validate.ts';
import { addScopeFlags, scopeOf, type ScopeFlags } from '../flags/target-flags.ts';

interface Flags extends ScopeFlags {
  readonly remote?: boolean;
  /** Commander turns `--no-check-startup` into this. */
  readonly checkStartup: boolean;
}

/** `validate`: every finding about the files; with `--remote` also about what they point at. Exit status 0 or 3. */
export const validate: CommandModule = {
  name: 'validate',
  summary: 'check the configuration of one or all tenants',
  examples: ['cf-deploy validate --all', 'cf-deploy validate --tenant=acme --env=production --remote'],
  configure(command, execute) {
    addScopeFlags(command)
      .option('--no-check-startup', 'do not start the code in workerd')
      .option('--remote', 'also check that what the bindings point at exists in the account')
      .action(
        execute<Flags>(async (context, { flags }) => {
          const scope = scopeOf(flags);
          const deployer = await context.deployer({ checkStartup: flags.checkStartup ? 'always' : 'never' });
          if (scope.kind === 'one') {
            const local = await deployer.validate(scope.target);
            const result = flags.remote === true ? await withRemote(deployer, scope.target, local) : local;
            return {
              result,
              exitCode: await exitStatus('validate', [result]),
              lines: (style) => validateLines(result, style),
            };
          }
          const fleet = await deployer.validateAll(scope.selection);
          const results = [];
          for (const each of fleet.results) {
            const target = { ...scope.selection, tenant: each.tenant };
            results.push(flags.remote === true ? await withRemote(deployer, target, each) : each);
          }
          const result = { ...fleet, results };
          return {
            result,
            exitCode: await fleetStatus('validate', result),
            lines: (style) => validateFleetLines(result, style),
          };
        }),
      );
  },
};

/** Adds what planning finds in the account. A plan of an invalid configuration is not made. */
async function withRemote(
  deployer: Deployer,
  target: Target,
  local: ValidateResult,
): Promise<ValidateResult> {
  if (!local.valid) return local;
  const { findings } = await deployer.plan(target);
  const merged = [...local.findings, ...findings.filter((finding) => !local.findings.some(same(finding)))];
  return { ...local, findings: merged, valid: merged.every(({ severity }) => severity !== 'error') };
}

function same(a: Finding): (b: Finding) => boolean {
  return (b) => a.code === b.code && a.path === b.path && a.message === b.message;
}
