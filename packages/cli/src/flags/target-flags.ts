import { InvalidArgumentError, type Command } from 'commander';
import type { FleetOptions, Selection, Target } from '@cf-deploy/deployer';
import { UsageError } from '../usage-error.ts';
import { compact } from '../compact.ts';

/** Flags that name one tenant and environment. */
export interface TargetFlags {
  readonly tenant?: string;
  readonly env?: string;
  readonly dispatchNamespace?: string;
  /** Which of the tenant's Workers. */
  readonly worker?: string;
}

/** Flags that name a Worker whose files do not resolve. */
export interface NamedFlags {
  readonly account?: string;
  readonly script?: string;
}

/** Flags that name one tenant or many. */
export interface ScopeFlags extends TargetFlags {
  readonly all?: boolean;
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
  readonly label?: readonly string[];
  readonly changedSince?: string;
  readonly failed?: boolean;
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
    .option(
      '-e, --env <name>',
      'environment of the wrangler file; "" is its top level (default: CLOUDFLARE_ENV)',
      single('--env'),
    )
    .option('--worker <name>', 'one of the tenant’s Workers, when it has several', single('--worker'))
    .option('--dispatch-namespace <name>', 'the Workers are in this Workers for Platforms namespace');
}

/** Adds what names a Worker without its files. */
export function addNamedFlags(command: Command): Command {
  return command
    .option('--account <id>', 'account of the Worker, instead of what its files say', single('--account'))
    .option('--script <name>', 'name of the Worker in the account, likewise', single('--script'));
}

/** What names the Worker, when its files need not. @throws UsageError for an empty one */
export function namedBy({ account, script }: NamedFlags): NamedFlags {
  for (const [flag, value] of Object.entries({ account, script })) {
    if (value === '') throw new UsageError(`--${flag} names nothing.`, `Give it a value, or leave it out.`);
  }
  return compact({ account, script });
}

/** Adds `--all` and what goes with it, beside the flags of one tenant. */
export function addScopeFlags(command: Command): Command {
  return addTargetFlags(command)
    .option('-a, --all', 'every tenant')
    .option('--only <ids>', 'with --all: these tenants, separated by commas', list)
    .option('--exclude <ids>', 'with --all: not these tenants', list)
    .option(
      '--label <condition>',
      'with --all: tenants with this label: tier=gold, region!=eu, beta, !beta',
      many,
    )
    .option('--changed-since <ref>', 'with --all: whose inputs differ from this git ref')
    .option('--failed', 'with --all: those that failed in the last release')
    .option(
      '--parallel [n]',
      `with --all: tenants at once (${MANY} when no number is given; else deploys run one by one)`,
      count,
    );
}

/** Tenants at once for a bare `--parallel`. */
export const MANY = 4;

/** The one tenant named. @throws UsageError without `--tenant` */
export function oneTarget(flags: TargetFlags): Target {
  if (flags.tenant === undefined || flags.tenant === '') {
    throw new UsageError('No tenant was named.', 'Add --tenant=<folder under tenants/>.');
  }
  const { tenant, worker, dispatchNamespace } = flags;
  return {
    tenant,
    ...environment(flags),
    ...compact({ worker, dispatchNamespace }),
  };
}

/** One tenant or many. @throws UsageError when the flags say neither, or both */
export function scopeOf(flags: ScopeFlags): Scope {
  if (flags.all === true && flags.tenant !== undefined) {
    throw new UsageError('--tenant and --all exclude each other.', 'Use --all --only=<ids> for some of all.');
  }
  if (flags.all !== true) {
    const stray = SELECTING.find((name) => flags[name] !== undefined);
    if (stray !== undefined) throw new UsageError(`${flagName(stray)} needs --all.`, 'Add --all.');
    if (flags.tenant === undefined || flags.tenant === '') {
      throw new UsageError('No tenant was named.', 'Add --tenant=<folder under tenants/>, or --all.');
    }
    return { kind: 'one', target: oneTarget(flags) };
  }
  return { kind: 'many', selection: selectionOf(flags) };
}

/** Flags that choose among all tenants, or say how all are taken. */
const SELECTING = [
  'only',
  'exclude',
  'label',
  'changedSince',
  'failed',
  'parallel',
  'continueOnError',
] as const;

function selectionOf(flags: ScopeFlags): Selection & FleetOptions {
  const { only, exclude, label, changedSince, failed, worker, parallel, continueOnError } = flags;
  const { dispatchNamespace } = flags;
  if (changedSince === '')
    throw new UsageError('--changed-since names no git ref.', 'Write --changed-since=main.');
  return {
    ...environment(flags),
    ...compact({ only, exclude, labels: label, changedSince, failed, worker, dispatchNamespace }),
    ...(parallel === undefined ? {} : { parallel: parallel === true ? MANY : parallel }),
    ...compact({ continueOnError }),
  };
}

/** The tenants of a selection, in order, for showing progress; unknown names are left to the library to refuse. */
export function selected(tenants: readonly string[], { only, exclude }: Selection): readonly string[] {
  return tenants.filter((id) => (only?.includes(id) ?? true) && !(exclude?.includes(id) ?? false));
}

function environment({ env }: TargetFlags): { readonly env?: string } {
  return compact({ env });
}

/** `continueOnError` → `--continue-on-error`. */
function flagName(option: string): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
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

function many(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Number of tenants at once. */
export function count(value: string): number {
  if (!/^[1-9]\d{0,2}$/.test(value)) throw new InvalidArgumentError('It needs a whole number from 1 to 999.');
  return Number(value);
}
