import { assumed } from '../../api/behaviour.ts';
import { success } from '../../api/envelope.ts';
import { failure } from '../../api/errors.ts';
import type { WorkerReference } from '../../bindings/binding-kind.ts';
import { bindingKind } from '../../bindings/registry.ts';
import type { Call } from '../../api/endpoint.ts';
import { keyOf, scriptKey } from '../../store/documents.ts';
import type { ScriptDocument } from '../../store/model/scripts.ts';
import type { Json } from '../../json.ts';
import type { Reader } from '../../store/store.ts';
import { latestVersion, liveVersion } from '../../wire/scripts.ts';

export const REFERENCED_WORKER_STAYS = assumed(
  'referenced-worker-stays',
  'A Worker that others refer to cannot be deleted without force: 10064.',
  'It is deleted.',
);
export const WORKER_TAKES_TRIGGERS = assumed(
  'worker-takes-triggers',
  'Deleting a Worker deletes its routes, custom domains and workflows.',
  'They stay and lead nowhere.',
);
export const DELETE_ANSWERS_NULL = assumed(
  'delete-answers-null',
  'Deleting a Worker answers `result: null`.',
  'It answers `result: { id }`.',
);

/** What else in the account refers to a Worker. */
export interface References {
  services: { incoming: string[] };
  durableObjects: string[];
  tailConsumers: string[];
  dispatchOutbounds: string[];
  queues: string[];
}

/**
 * Deletes a Worker with its routes, custom domains, workflows and Durable Object storage.
 * @throws 10064 while it consumes a queue (even with `force`), or while other Workers refer to it (without `force`).
 */
export async function deleteScript(call: Call, script: ScriptDocument, force: boolean): Promise<void> {
  const { store, account } = call;
  const references = findReferences(store, script);
  if (references.queues.length > 0) {
    throw failure(
      'classStillUsed',
      `The Worker consumes the queue ${references.queues.join(', ')}; remove the consumer first.`,
    );
  }
  const others = [
    ...references.services.incoming,
    ...references.durableObjects,
    ...references.tailConsumers,
    ...references.dispatchOutbounds,
  ];
  if (!force && others.length > 0 && call.assumptions.hold(REFERENCED_WORKER_STAYS)) {
    throw failure(
      'classStillUsed',
      `Other Workers refer to this Worker: ${[...new Set(others)].join(', ')}.`,
    );
  }
  store.write((tx) => {
    tx.delete('script', scriptKey(account.id, script.name, script.dispatchNamespace));
    if (script.dispatchNamespace !== null || !call.assumptions.hold(WORKER_TAKES_TRIGGERS)) return;
    for (const domain of tx.list('domain', account.id)) {
      if (domain.service === script.name) tx.delete('domain', keyOf(account.id, domain.id));
    }
    for (const workflow of tx.list('workflow', account.id)) {
      if (workflow.scriptName === script.name) tx.delete('workflow', keyOf(account.id, workflow.name));
    }
    for (const zone of tx.list('zone').filter((candidate) => candidate.accountId === account.id)) {
      for (const route of tx.list('route', zone.id)) {
        if (route.script === script.name) tx.delete('route', keyOf(zone.id, route.id));
      }
    }
  });
  for (const namespace of script.durableObjectNamespaces) {
    await call.runtime.data.drop(account.id, 'durable-object', namespace.id);
  }
}

/** The answer of a deleted Worker. */
export function answerDeleted(call: Call, name: string): Response {
  return success(call.assumptions.hold(DELETE_ANSWERS_NULL) ? null : { id: name });
}

/** Everything in the account that refers to a Worker. */
export function findReferences(reader: Reader, script: ScriptDocument): References {
  return referenceFinder(reader, script.accountId)(script);
}

/** The same for many Workers: each of the account is looked at once. */
export function referenceFinder(reader: Reader, accountId: string): (script: ScriptDocument) => References {
  const users = new Map<string, Set<string>>();
  const note = (as: WorkerReference['as'] | 'tail' | 'queue', name: Json | undefined, by: string): void => {
    if (typeof name !== 'string') return;
    const key = `${as} ${name}`;
    users.set(key, (users.get(key) ?? new Set()).add(by));
  };
  for (const other of reader.list('script', accountId)) {
    for (const binding of (liveVersion(other) ?? latestVersion(other))?.bindings ?? []) {
      const reference = bindingKind(binding.type)?.uses;
      if (reference !== undefined) note(reference.as, reference.name(binding), other.name);
    }
    for (const { service } of other.settings.tailConsumers) note('tail', service, other.name);
  }
  for (const queue of reader.list('queue', accountId)) {
    for (const { scriptName } of queue.consumers) note('queue', scriptName, queue.name);
  }
  return ({ name, dispatchNamespace }) => {
    const by = (as: string): string[] =>
      dispatchNamespace === null ? [...(users.get(`${as} ${name}`) ?? [])] : [];
    const others = (as: string): string[] => by(as).filter((other) => other !== name);
    return {
      services: { incoming: others('services') },
      durableObjects: others('durableObjects'),
      tailConsumers: others('tail'),
      dispatchOutbounds: others('dispatchOutbounds'),
      queues: by('queue'),
    };
  };
}
