import { z } from 'zod';
import type { BindingTarget, WorkerBinding } from '../bindings/binding.ts';
import { bindingTarget } from '../bindings/convert.ts';
import type { AccountReads } from '../cloudflare/account-reads.ts';
import type { ReadClient, WriteClient } from '../cloudflare/client/calls.ts';
import { lookupOf, targetNoun } from '../cloudflare/existence.ts';
import type { LiveQueue } from '../cloudflare/queues.ts';
import { deleteQueue, deleteTarget, type RemovableTarget } from '../cloudflare/removal.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';

/** A resource that a Worker's files name: its data, or what its data passes through. */
export interface DataResource {
  readonly kind: RemovableTarget['kind'] | 'queue';
  readonly id: string;
  readonly jurisdiction?: string;
  /** `KV namespace 0f2c…`. */
  readonly name: string;
}

/** The resources a Worker's files name, each once. Other Workers and dispatch namespaces are nobody's data. */
export function dataOf(worker: ResolvedWorker): readonly DataResource[] {
  const consumed = (worker.triggers.queueConsumers ?? []).flatMap(({ queue, deadLetterQueue }) => [
    queue,
    ...(deadLetterQueue === undefined ? [] : [deadLetterQueue]),
  ]);
  const targets: readonly BindingTarget[] = [
    ...worker.bindings.flatMap((binding) => targetOf(binding) ?? []),
    ...consumed.map((id): BindingTarget => ({ kind: 'queue', id })),
  ];
  const found = new Map<string, DataResource>();
  for (const target of targets) {
    if (target.kind === 'worker' || target.kind === 'dispatch-namespace') continue;
    const resource = { ...target, kind: target.kind, name: `${targetNoun(target.kind)} ${target.id}` };
    found.set(dataKey(worker.accountId, resource), resource);
  }
  return [...found.values()];
}

function targetOf(binding: WorkerBinding): BindingTarget | null {
  return binding.type === 'inherit' ? null : bindingTarget(binding);
}

/** Equal for two mentions of one resource. */
export function dataKey(accountId: string, { kind, id, jurisdiction }: DataResource): string {
  return [accountId.toLowerCase(), kind, jurisdiction ?? '', id].join(' ');
}

/** A resource as it was found in the account. */
export interface FoundData {
  readonly resource: DataResource;
  /** What deletes it. */
  readonly remove: (writer: WriteClient) => Promise<void>;
  /** Other names of it: a database has an id and a name. */
  readonly aliases: readonly string[];
}

const resourceShape = z.looseObject({ uuid: z.string().nullish(), name: z.string().nullish() }).nullable();

/** Looks a resource up; null when the account has none such. */
export async function findData(
  reader: ReadClient,
  account: AccountReads,
  resource: DataResource,
): Promise<FoundData | null> {
  const { kind, id } = resource;
  if (kind === 'queue') {
    const queue = (await account.queues(reader)).find(({ name }) => name === id);
    return queue === undefined ? null : ofQueue(resource, queue);
  }
  const lookup = lookupOf(kind);
  const found = await reader.find(
    {
      purpose: `look up ${resource.name}`,
      path: lookup.path(reader.accountId, id),
      ...(resource.jurisdiction === undefined
        ? {}
        : { headers: { 'cf-r2-jurisdiction': resource.jurisdiction } }),
      shape: resourceShape,
    },
    lookup.absent,
  );
  if (found === null) return null;
  // A database that the files name is deleted by its id.
  const uuid = kind === 'd1-database' ? (found.uuid ?? id) : id;
  return {
    resource,
    aliases: [id, uuid, ...(kind === 'd1-database' && typeof found.name === 'string' ? [found.name] : [])],
    remove: (writer) => deleteTarget(writer, { ...resource, kind, id: uuid }),
  };
}

function ofQueue(resource: DataResource, queue: LiveQueue): FoundData {
  return { resource, aliases: [queue.name], remove: (writer) => deleteQueue(writer, queue) };
}
