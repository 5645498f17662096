import { assumed } from '../../api/behaviour.ts';
import { success } from '../../api/envelope.ts';
import { failure } from '../../api/errors.ts';
import type { WorkerReference } from '../../bindings/binding-kind.ts';
import { bindingKind } from '../../bindings/registry.ts';
import type { Call } from '../../api/endpoint.ts';
import { keyOf, scriptKey } from '../../store/documents.ts';
import type { ScriptDocument } from '../../store/model/scripts.ts';
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
  const references: References = {
    services: { incoming: [] },
    durableObjects: [],
    tailConsumers: [],
    dispatchOutbounds: [],
    queues: [],
  };
  if (script.dispatchNamespace !== null) return references;
  for (const other of reader.list('script', script.accountId)) {
    if (other === script || other.name === script.name) continue;
    const bindings = (liveVersion(other) ?? latestVersion(other))?.bindings ?? [];
    const uses = (as: WorkerReference['as']): boolean =>
      bindings.some((binding) => {
        const reference = bindingKind(binding.type)?.uses;
        return reference?.as === as && reference.name(binding) === script.name;
      });
    if (uses('services')) references.services.incoming.push(other.name);
    if (uses('durableObjects')) references.durableObjects.push(other.name);
    if (uses('dispatchOutbounds')) references.dispatchOutbounds.push(other.name);
    if (other.settings.tailConsumers.some(({ service }) => service === script.name)) {
      references.tailConsumers.push(other.name);
    }
  }
  for (const queue of reader.list('queue', script.accountId)) {
    if (queue.consumers.some(({ scriptName }) => scriptName === script.name))
      references.queues.push(queue.name);
  }
  return references;
}
