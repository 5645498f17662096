import { InvalidArgumentError, type Command } from 'commander';
import type { FleetOptions, Selection, Target } from '@cf-deploy/deployer';
import { UsageError } from './usage-error.ts';

/** Flags that name one tenant and environment. */
export interface TargetFlags {
  readonly tenant?: string;
  readonly env?: string;
  readonly dispatchNamespace?: string;
  /** Which of the tenant's Workers. */
  readonly worker?: string;
}

/** Flags that name one tenant or many. */
export interface ScopeFlags extends TargetFlags {
  readonly all?: boolean;
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
  /** `true`: the flag without a number. */
  readonly parallel?: number | true;
  readonly continueOnError?: boolean;
}

/** One tenant, or a selection of all. */
export type Scope =
  | { readonly kind: 'one'; readonly target: Target }
  | { readonly kind: 'many'; readonly selection: Selection & FleetOptions };

/** Adds `--tenant` and `--env`. */
export function addTargetFlags(command: Command): Command {
  return command
    .option('-t, --tenant <id>', 'tenant: a folder under tenants/', single('--tenant'))
    .option('-e, --env <name>', 'environment of the wrangler file (default: its top level)', single('--env'))
    .option('--worker <name>', 'one of the tenant’s Workers, when it has several', single('--worker'))
    .option('--dispatch-namespace <name>', 'the Worker is in this Workers for Platforms namespace');
}

/** Adds `--all` and what goes with it, beside the flags of one tenant. */
export function addScopeFlags(command: Command): Command {
  return addTargetFlags(command)
    .option('-a, --all', 'every tenant')
    .option('--only <ids>', 'with --all: these tenants, separated by commas', list)
    .option('--exclude <ids>', 'with --all: not these tenants', list)
    .option('--parallel [n]', 'with --all: tenants at once (default: 4)', count);
}

/** The one tenant named. @throws UsageError without `--tenant` */
export function oneTarget(flags: TargetFlags): Target {
  if (flags.tenant === undefined || flags.tenant === '') {
    throw new UsageError('No tenant was named.', 'Add --tenant=<folder under tenants/>.');
  }
  const { tenant, worker, dispatchNamespace } = flags;
  return {
    tenant,
    ...environment(flags),
    ...(worker === undefined ? {} : { worker }),
    ...(dispatchNamespace === undefined ? {} : { dispatchNamespace }),
  };
}

/** One tenant or many. @throws UsageError when the flags say neither, or both */
export function scopeOf(flags: ScopeFlags): Scope {
  if (flags.all === true && flags.tenant !== undefined) {
    throw new UsageError('--tenant and --all exclude each other.', 'Use --all --only=<ids> for some of all.');
  }
  if (flags.all === true && flags.dispatchNamespace !== undefined) {
    throw new UsageError('--dispatch-namespace goes with one --tenant.', 'Name the tenant instead of --all.');
  }
  if (flags.all !== true) {
    const stray = (['only', 'exclude', 'parallel', 'continueOnError'] as const).find(
      (name) => flags[name] !== undefined,
    );
    if (stray !== undefined) throw new UsageError(`${flagName(stray)} needs --all.`, 'Add --all.');
    if (flags.tenant === undefined || flags.tenant === '') {
      throw new UsageError('No tenant was named.', 'Add --tenant=<folder under tenants/>, or --all.');
    }
    return { kind: 'one', target: oneTarget(flags) };
  }
  return {
    kind: 'many',
    selection: {
      ...environment(flags),
      ...(flags.only === undefined ? {} : { only: flags.only }),
      ...(flags.exclude === undefined ? {} : { exclude: flags.exclude }),
      ...(typeof flags.parallel === 'number' ? { parallel: flags.parallel } : {}),
      ...(flags.continueOnError === undefined ? {} : { continueOnError: flags.continueOnError }),
    },
  };
}

/** The tenants of a selection, in order, for showing progress; unknown names are left to the library to refuse. */
export function selected(tenants: readonly string[], { only, exclude }: Selection): readonly string[] {
  return tenants.filter((id) => (only?.includes(id) ?? true) && !(exclude?.includes(id) ?? false));
}

function environment({ env }: TargetFlags): { readonly env?: string } {
  return env === undefined || env === '' ? {} : { env };
}

function flagName(option: 'only' | 'exclude' | 'parallel' | 'continueOnError'): string {
  return option === 'continueOnError' ? '--continue-on-error' : `--${option}`;
}

/** Refuses a flag given twice with two values: the shell line is probably not what was meant. */
function single(name: string): (value: string, previous: string | undefined) => string {
  return (value, previous) => {
    if (previous !== undefined && previous !== value) {
      throw new InvalidArgumentError(`${name} was given twice.`);
    }
    return value;
  };
}

function list(value: string, previous: readonly string[] = []): readonly string[] {
  const ids = value.split(',').map((id) => id.trim());
  if (ids.some((id) => id === '')) throw new InvalidArgumentError('It needs names separated by commas.');
  return [...previous, ...ids];
}

function count(value: string): number {
  if (!/^[1-9]\d{0,2}$/.test(value)) throw new InvalidArgumentError('It needs a whole number from 1 to 999.');
  return Number(value);
}
