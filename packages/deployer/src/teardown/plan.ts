import { workersReferringTo } from '../cloudflare/removal.ts';
import { ConfigError, ConflictError, DeployError } from '../errors.ts';
import { annotationsOf } from '../sections/live.ts';
import { isForeign, otherProject, readable } from '../sections/owner.ts';
import { freshReads, type TenantContext } from '../session/tenant-context.ts';
import { dataOf, findData, type DataResource, type FoundData } from './data.ts';
import { readOwned, type Owned } from './owned.ts';
import { removalsOf, type Removal } from './removals.ts';

/** What decides what is taken away. */
export interface TeardownOptions {
  readonly withData?: boolean;
  readonly force?: boolean;
  readonly takeOver?: boolean;
  /** Scripts of the account that go in the same run: that they refer to this one stops nothing. */
  readonly goingToo?: readonly string[];
  /** Why a resource stays although data was to go: others bind it, or it is shared. Null: it may go. */
  readonly keeps: (resource: DataResource, aliases: readonly string[]) => string | null;
}

/** What is to be taken away, what stays, and what stops it. */
export interface Teardown {
  readonly owned: Owned;
  readonly data: readonly FoundData[];
  readonly removals: readonly Removal[];
  readonly kept: readonly { readonly name: string; readonly why: string }[];
  readonly unknown: readonly { readonly what: string; readonly why: string }[];
  readonly problems: readonly DeployError[];
}

/** Reads what a Worker has and decides. Only reads. */
export async function readTeardown(context: TenantContext, options: TeardownOptions): Promise<Teardown> {
  const { worker, api } = context;
  const account = freshReads();
  const owned = await readOwned({ reader: api.reader, account, worker });
  const kept: Teardown['kept'][number][] = [];
  const data: FoundData[] = [];
  for (const resource of dataOf(worker)) {
    if (options.withData !== true) {
      kept.push({ name: resource.name, why: 'data stays unless --with-data is given' });
      continue;
    }
    const found = await findData(api.reader, account, resource);
    if (found === null) continue;
    const why = options.keeps(resource, found.aliases);
    if (why === null) data.push(found);
    else kept.push({ name: resource.name, why });
  }
  const others = owned.live.exists ? await referring(context, options) : { names: [], why: null };
  const force = options.force === true || others.names.length > 0;
  return {
    owned,
    data,
    removals: removalsOf(worker, owned, { data, force }),
    kept: [...kept, ...undeclared(context, owned)],
    unknown: [
      ...owned.unknown.map(({ what, why }) => ({ what, why })),
      ...unreadWithWorker(owned),
      ...(others.why === null ? [] : [{ what: 'Workers that refer to this one', why: others.why }]),
    ],
    problems: problemsOf(context, owned, {
      ...options,
      others: others.names,
      project: await context.scope.projectId(),
    }),
  };
}

/** What goes with the Worker and could not be read: that it goes, too, nobody would be told. */
function unreadWithWorker({ live }: Owned): Teardown['unknown'] {
  if (!live.exists) return [];
  const { crons, secrets } = live.state;
  return [
    ...(crons.known ? [] : [{ what: 'cron triggers', why: crons.why }]),
    ...(secrets.known ? [] : [{ what: 'secrets', why: secrets.why }]),
  ];
}

async function referring(
  { worker, api }: TenantContext,
  { goingToo = [] }: TeardownOptions,
): Promise<{ readonly names: readonly string[]; readonly why: string | null }> {
  if (worker.dispatchNamespace !== null) return { names: [], why: null };
  try {
    return { names: await workersReferringTo(api.reader, worker.scriptName), why: null };
  } catch (error) {
    if (!(error instanceof DeployError) || error.code === 'CREDENTIALS_INVALID') throw error;
    // Cloudflare itself refuses to delete it then.
    return { names: goingToo, why: error.message };
  }
}

/** What the live Worker binds and the files do not name: nobody said that it is this tenant's. */
function undeclared({ worker }: TenantContext, { live }: Owned): Teardown['kept'] {
  const { bindings } = live.state;
  if (!live.exists || !bindings.known) return [];
  const declared = new Set(dataOf(worker).map(({ name }) => name));
  const there = Object.entries(bindings.value).flatMap(([name, { type, ...fields }]) =>
    typeof type === 'string' ? [{ ...fields, type, name }] : [],
  );
  return dataOf({ ...worker, triggers: { workersDev: false }, bindings: there })
    .filter(({ name }) => !declared.has(name))
    .map(({ name }) => ({ name, why: 'the live Worker binds it, but the files do not name it' }));
}

function problemsOf(
  { worker }: TenantContext,
  owned: Owned,
  options: TeardownOptions & { readonly others: readonly string[]; readonly project: string | null },
): readonly DeployError[] {
  const { live } = owned;
  const { withData, force, takeOver, goingToo = [], others } = options;
  const blind = owned.unknown.find(({ what }) => isDeclared(worker.triggers, what));
  const problems: DeployError[] = blind === undefined ? [] : [blind.error];
  if (!live.exists) return problems;
  const notes = annotationsOf(live);
  const other = otherProject(options.project, notes);
  const owner = isForeign(worker, notes) ?? (other === null ? null : `that of project ${other}`);
  if (owner !== null && takeOver !== true) {
    problems.push(
      new ConflictError(
        'CONFLICT',
        `The Worker "${worker.scriptName}" was deployed as ${readable(owner)}, so it is not ${worker.tenant}'s to destroy. Nothing was changed.`,
        { hint: 'Correct the name in the files, or add --take-over if it really is to go.' },
      ),
    );
  }
  const staying = others.filter((name) => !goingToo.includes(name));
  if (staying.length > 0 && force !== true) {
    problems.push(
      new ConflictError(
        'CONFLICT',
        `Other Workers refer to ${worker.scriptName}: ${staying.join(', ')}. Nothing was changed.`,
        { hint: 'Deploy them without that binding first, or add --force: they break then.' },
      ),
    );
  }
  if (owned.classes.length > 0 && withData !== true) {
    problems.push(
      new ConfigError(
        'NOT_CONFIRMED',
        `${worker.scriptName} has Durable Objects with storage (${owned.classes.join(', ')}), which goes with the Worker. Nothing was changed.`,
        { hint: 'Save what is needed of it, and add --with-data.' },
      ),
    );
  }
  return problems;
}

/** What the files declare must be known, or it might stay behind unseen. */
function isDeclared(triggers: TenantContext['worker']['triggers'], what: string): boolean {
  const declared: Readonly<Record<string, readonly unknown[] | undefined>> = {
    'queue consumers': triggers.queueConsumers,
    routes: triggers.routes,
    'custom domains': triggers.customDomains,
    workflows: triggers.workflows,
    'Durable Object classes': [what],
  };
  return (declared[what]?.length ?? 0) > 0;
}
