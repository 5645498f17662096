import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import { liveClasses } from './live-classes.ts';

/** A class or entrypoint the configuration counts on. */
export interface NeededExport {
  readonly kind: 'Durable Object' | 'Workflow' | 'entrypoint';
  readonly name: string;
  /** Section of the wrangler file that says so. */
  readonly section: string;
}

/** A handler of the default export the configuration counts on. */
export interface NeededHandler {
  readonly name: 'queue' | 'scheduled';
  readonly section: string;
}

/** What a configuration needs of its Worker's code. */
export interface BundleNeeds {
  readonly exports: readonly NeededExport[];
  readonly handlers: readonly NeededHandler[];
}

/** What of the configuration must be found in the bundle: only what lives in this script, not in another one. */
export function bundleNeeds(
  worker: Pick<ResolvedWorker, 'scriptName' | 'bindings' | 'migrations' | 'exports' | 'triggers'>,
): BundleNeeds {
  const needed = [
    ...ofBindings(worker),
    ...ofMigrations(worker),
    ...ofExports(worker),
    ...ofWorkflows(worker),
  ];
  const unique = new Map(needed.map((need) => [`${need.kind} ${need.name}`, need] as const).toReversed());
  const consumes = worker.triggers.queueConsumers?.some(({ type }) => type === 'worker') ?? false;
  const scheduled = (worker.triggers.crons?.length ?? 0) > 0;
  return {
    exports: [...unique.values()].toReversed(),
    handlers: [
      ...(consumes ? [{ name: 'queue', section: 'queues.consumers' } as const] : []),
      ...(scheduled ? [{ name: 'scheduled', section: 'triggers.crons' } as const] : []),
    ],
  };
}

function ofBindings({
  bindings,
  scriptName,
}: Pick<ResolvedWorker, 'bindings' | 'scriptName'>): NeededExport[] {
  return bindings.flatMap((binding): NeededExport[] => {
    const script = binding['script_name'] ?? scriptName;
    const className = binding['class_name'];
    const entrypoint = binding['entrypoint'];
    if (
      binding.type === 'durable_object_namespace' &&
      script === scriptName &&
      typeof className === 'string'
    ) {
      return [{ kind: 'Durable Object', name: className, section: 'durable_objects.bindings' }];
    }
    if (binding.type === 'workflow' && script === scriptName && typeof className === 'string') {
      return [{ kind: 'Workflow', name: className, section: 'workflows' }];
    }
    if (binding.type === 'service' && binding['service'] === scriptName && typeof entrypoint === 'string') {
      return [{ kind: 'entrypoint', name: entrypoint, section: 'services' }];
    }
    return [];
  });
}

function ofMigrations({ migrations }: Pick<ResolvedWorker, 'migrations'>): NeededExport[] {
  return liveClasses(migrations).map((name) => ({ kind: 'Durable Object', name, section: 'migrations' }));
}

const KINDS = { 'durable-object': 'Durable Object', workflow: 'Workflow', worker: 'entrypoint' } as const;
/** States of a declared export whose class is no longer, or not, in this script's code. */
const GONE = ['deleted', 'renamed', 'transferred'];

function ofExports({ exports }: Pick<ResolvedWorker, 'exports'>): NeededExport[] {
  return Object.entries(exports ?? {}).flatMap(([name, { type, state }]): NeededExport[] => {
    const kind = KINDS[type as keyof typeof KINDS] as NeededExport['kind'] | undefined;
    return kind === undefined || GONE.includes(String(state)) ? [] : [{ kind, name, section: 'exports' }];
  });
}

function ofWorkflows({ triggers }: Pick<ResolvedWorker, 'triggers'>): NeededExport[] {
  return (triggers.workflows ?? []).map(({ className }) => ({
    kind: 'Workflow',
    name: className,
    section: 'workflows',
  }));
}
