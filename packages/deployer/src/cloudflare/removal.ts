import { z } from 'zod';
import type { BindingTarget } from '../bindings/binding.ts';
import type { ReadClient, WriteClient } from './client/calls.ts';
import { hasApiCode } from './client/api-error.ts';
import { readAllPages } from './client/paging.ts';
import { path } from './client/path.ts';
import { lookupOf } from './existence.ts';
import { NO_SUCH_WORKER, scriptPath, type ScriptRef } from './scripts.ts';
import { anyShape } from './shapes.ts';

/** A resource that can be deleted by itself. Dispatch namespaces are not: they hold other Workers. */
export type RemovableTarget = BindingTarget & {
  readonly kind: Exclude<BindingTarget['kind'], 'worker' | 'dispatch-namespace' | 'queue'>;
};

/**
 * Deletes a Worker with its versions, secrets and Durable Object storage. One that is not there is no error.
 * @param force although other Workers refer to it
 */
export async function deleteScript(writer: WriteClient, script: ScriptRef, force: boolean): Promise<void> {
  await absentIsFine(NO_SUCH_WORKER, () =>
    writer.write({
      purpose: `delete Worker ${script.scriptName}`,
      method: 'delete',
      path: scriptPath(writer.accountId, script),
      ...(force ? { query: { force: true } } : {}),
      repeat: 'safe',
      shape: anyShape,
      codes: { 10064: 'CONFLICT' },
    }),
  );
}

/** Deletes a resource and what is in it. One that is not there is no error. */
export async function deleteTarget(writer: WriteClient, target: RemovableTarget): Promise<void> {
  const lookup = lookupOf(target.kind);
  await absentIsFine(lookup.absent, () =>
    writer.write({
      purpose: `delete ${lookup.noun} ${target.id}`,
      method: 'delete',
      path: lookup.path(writer.accountId, target.id),
      ...(target.jurisdiction === undefined
        ? {}
        : { headers: { 'cf-r2-jurisdiction': target.jurisdiction } }),
      repeat: 'safe',
      shape: anyShape,
    }),
  );
}

/** Deletes a queue and the messages in it. */
export async function deleteQueue(
  writer: WriteClient,
  queue: { readonly id: string; readonly name: string },
): Promise<void> {
  await absentIsFine([11000], () =>
    writer.write({
      purpose: `delete queue ${queue.name}`,
      method: 'delete',
      path: path`/accounts/${writer.accountId}/queues/${queue.id}`,
      repeat: 'safe',
      shape: anyShape,
    }),
  );
}

const referrersShape = z
  .array(z.looseObject({ name: z.string().nullish(), worker_name: z.string().nullish() }))
  .nullish();
const referencesShape = z.looseObject({
  references: z
    .looseObject({
      workers: referrersShape,
      durable_objects: referrersShape,
      dispatch_namespace_outbounds: referrersShape,
    })
    .nullish(),
});

/** Names of other Workers that refer to this one: by service binding, Durable Object binding, or as an outbound. */
export async function workersReferringTo(reader: ReadClient, scriptName: string): Promise<readonly string[]> {
  const found = await reader.find(
    {
      purpose: `read what refers to Worker ${scriptName}`,
      path: path`/accounts/${reader.accountId}/workers/workers/${scriptName}`,
      shape: referencesShape,
    },
    NO_SUCH_WORKER,
  );
  const { workers, durable_objects, dispatch_namespace_outbounds } = found?.references ?? {};
  const names = [workers, durable_objects, dispatch_namespace_outbounds].flatMap((each) =>
    (each ?? []).map(({ name, worker_name }) => name ?? worker_name ?? ''),
  );
  return [...new Set(names)].filter((name) => name !== '' && name !== scriptName).toSorted();
}

const namespaceShape = z.looseObject({
  script: z.string().nullish(),
  class: z.string().nullish(),
  dispatch_namespace: z.string().nullish(),
});

/** Durable Object classes of a Worker that have storage. */
export async function listObjectClasses(reader: ReadClient, scriptName: string): Promise<readonly string[]> {
  const all = await readAllPages(reader, {
    purpose: 'list the Durable Object namespaces of the account',
    path: path`/accounts/${reader.accountId}/workers/durable_objects/namespaces`,
    item: namespaceShape,
  });
  return all.flatMap((each) =>
    each.script === scriptName && (each.dispatch_namespace ?? null) === null ? [each.class ?? ''] : [],
  );
}

async function absentIsFine(absent: readonly number[], remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!hasApiCode(error, ...absent)) throw error;
  }
}
