import { clientSource, documented, observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readObject, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { isResourceName } from '../../rules/account/names.ts';
import { keyOf, scriptKey } from '../../store/documents.ts';
import type { DispatchNamespaceDocument } from '../../store/model/dispatch.ts';
import type { JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/workers/dispatch/namespaces';

/** Dispatch namespaces of Workers for Platforms. */
export const dispatchNamespaceResource: Resource = {
  product: 'Workers for Platforms',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      { known: 'observed', permission: P.scriptsRead, query: ['page', 'per_page'] },
      (call) =>
        success(
          call.store.list('dispatchNamespace', call.account.id).map((namespace) => toWire(call, namespace)),
        ),
    ),
    endpoint(`POST ${BASE}`, { known: 'observed', permission: P.scriptsWrite }, async (call) => {
      const name = requiredString(await readObject(call, ['name']), 'name', 'badBody');
      if (!isResourceName(name)) throw failure('badBody', 'The name of the dispatch namespace is not valid.');
      const now = call.clock.now().toISOString();
      const namespace: DispatchNamespaceDocument = {
        accountId: call.account.id,
        id: call.ids.uuid(),
        name,
        trustedWorkers: false,
        createdOn: now,
        modifiedOn: now,
        createdBy: call.actor.id,
        modifiedBy: call.actor.id,
      };
      call.store.write((tx) => {
        const key = keyOf(call.account.id, name);
        if (tx.get('dispatchNamespace', key) !== undefined) {
          throw failure('badBody', `A dispatch namespace '${name}' exists already.`);
        }
        tx.put('dispatchNamespace', key, namespace);
      });
      return success(toWire(call, namespace));
    }),
    endpoint(
      `GET ${BASE}/:dispatch_namespace`,
      { known: 'documentation', permission: P.scriptsRead },
      (call) => success(toWire(call, findDispatchNamespace(call))),
    ),
    endpoint(
      `PATCH ${BASE}/:dispatch_namespace`,
      { known: 'documentation', permission: P.scriptsWrite },
      editNamespace,
    ),
    endpoint(
      `PUT ${BASE}/:dispatch_namespace`,
      { known: 'documentation', permission: P.scriptsWrite },
      editNamespace,
    ),
    endpoint(
      `DELETE ${BASE}/:dispatch_namespace`,
      { known: 'documentation', permission: P.scriptsWrite },
      (call) => {
        const namespace = findDispatchNamespace(call);
        call.store.write((tx) => {
          for (const script of tx.list('script', call.account.id, namespace.name)) {
            tx.delete('script', scriptKey(call.account.id, script.name, namespace.name));
          }
          tx.delete('dispatchNamespace', keyOf(call.account.id, namespace.name));
        });
        return success(null);
      },
    ),
  ],
  behaviours: [
    documented('Each upload is live at once; there are no versions. At most eight tags a script.'),
    observed('An absent dispatch namespace: 100119.'),
    clientSource('An absent script in a dispatch namespace: 10092 on reading it.'),
  ],
};

/** The dispatch namespace of the path. @throws 100119 */
export function findDispatchNamespace(call: Call): DispatchNamespaceDocument {
  const namespace = call.store.get(
    'dispatchNamespace',
    keyOf(call.account.id, param(call, 'dispatch_namespace')),
  );
  if (namespace === undefined) throw failure('dispatchNamespaceNotFound');
  return namespace;
}

async function editNamespace(call: Call): Promise<Response> {
  const before = findDispatchNamespace(call);
  const body = await readObject(call, ['name', 'trusted_workers']);
  if (body['name'] !== undefined && body['name'] !== before.name) {
    throw failure('notEmulated', 'The embedded Cloudflare does not rename dispatch namespaces.');
  }
  const trusted = body['trusted_workers'] ?? before.trustedWorkers;
  if (typeof trusted !== 'boolean') throw failure('badBody', 'trusted_workers must be a boolean.');
  const after: DispatchNamespaceDocument = {
    ...before,
    trustedWorkers: trusted,
    modifiedOn: call.clock.now().toISOString(),
    modifiedBy: call.actor.id,
  };
  call.store.write((tx) => tx.put('dispatchNamespace', keyOf(call.account.id, before.name), after));
  return success(toWire(call, after));
}

function toWire(call: Call, namespace: DispatchNamespaceDocument): JsonObject {
  return {
    namespace_id: namespace.id,
    namespace_name: namespace.name,
    script_count: call.store.list('script', call.account.id, namespace.name).length,
    trusted_workers: namespace.trustedWorkers,
    created_by: namespace.createdBy,
    created_on: namespace.createdOn,
    modified_by: namespace.modifiedBy,
    modified_on: namespace.modifiedOn,
  };
}
