import { clientSource } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { scriptKey } from '../../store/documents.ts';
import type { ScriptDocument } from '../../store/model/scripts.ts';
import { bindingsToWire } from '../../bindings/wire.ts';
import { showVersionSettings } from '../../settings/settings.ts';
import { scriptToWire } from '../../wire/scripts.ts';
import { answerDeleted, deleteScript, findReferences } from './delete-script.ts';
import { scriptRoutes } from '../routes/routes.ts';
import { findScript, newestVersion } from './find.ts';
import { scriptContent } from './script-content.ts';
import type { JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/workers/services/:service_name';
const ENVIRONMENT = `${BASE}/environments/:environment_name` as const;
const SCRIPT = '/accounts/:account_id/workers/scripts/:script_name';

/** The older view of Workers as services with environments; wrangler reads it. */
export const serviceResource: Resource = {
  product: 'Services',
  endpoints: [
    endpoint(`GET ${BASE}`, { known: 'observed', permission: P.scriptsRead }, (call) => {
      const script = findService(call);
      const environment = environmentToWire(script);
      return success({
        id: script.name,
        created_on: script.createdOn,
        modified_on: script.modifiedOn,
        default_environment: environment,
        environments: [environment],
      });
    }),
    endpoint(
      `DELETE ${BASE}`,
      { known: 'observed', permission: P.scriptsWrite, query: ['force'] },
      async (call) => {
        await deleteScript(call, findService(call), call.query.get('force') === 'true');
        return answerDeleted(call, param(call, 'service_name'));
      },
    ),
    endpoint(`GET ${ENVIRONMENT}`, { known: 'documentation', permission: P.scriptsRead }, (call) =>
      success(environmentToWire(findEnvironment(call))),
    ),
    endpoint(`GET ${ENVIRONMENT}/bindings`, { known: 'documentation', permission: P.scriptsRead }, (call) => {
      const script = findEnvironment(call);
      return success(bindingsToWire(newestVersion(script).bindings, script, call.store));
    }),
    endpoint(
      `GET ${ENVIRONMENT}/routes`,
      { known: 'documentation', permission: P.scriptsRead, query: ['show_zonename'] },
      (call) => success(scriptRoutes(call.store, findEnvironment(call))),
    ),
    endpoint(
      `GET ${ENVIRONMENT}/content/v2`,
      { known: 'client source', permission: P.scriptsRead },
      async (call) => scriptContent(call, findEnvironment(call)),
    ),
    endpoint(
      `GET ${ENVIRONMENT}/subdomain`,
      { known: 'client source', permission: P.scriptsRead },
      (call) => {
        const { enabled, previewsEnabled } = findEnvironment(call).subdomain;
        return success({ enabled, previews_enabled: previewsEnabled });
      },
    ),
    endpoint(`GET ${SCRIPT}/references`, { known: 'observed', permission: P.scriptsRead }, (call) => {
      const references = findReferences(call.store, findScript(call));
      const named = (services: string[]): { service: string; name: string; environment: string }[] =>
        services.map((service) => ({ service, name: service, environment: 'production' }));
      return success({
        services: { incoming: named(references.services.incoming), outgoing: [], pages_function: false },
        durable_objects: named(references.durableObjects),
        dispatch_outbounds: named(references.dispatchOutbounds),
      });
    }),
    endpoint(
      'GET /accounts/:account_id/workers/tails/by-consumer/:consumer',
      { known: 'observed', permission: P.scriptsRead },
      (call) => {
        const consumer = param(call, 'consumer');
        const producers = call.store
          .list('script', call.account.id)
          .filter((script) => script.settings.tailConsumers.some(({ service }) => service === consumer))
          .map((script) => ({
            consumer: { service: consumer },
            producer: { service: script.name, environment: 'production' },
          }));
        return success(producers);
      },
    ),
  ],
  behaviours: [clientSource('An absent service: 10090. Any environment but production: 10092.')],
};

/** @throws 10090 */
function findService(call: Call): ScriptDocument {
  const script = call.store.get('script', scriptKey(call.account.id, param(call, 'service_name')));
  if (script === undefined) throw failure('serviceNotFound');
  return script;
}

/** @throws 10092 for any environment but `production`. */
function findEnvironment(call: Call): ScriptDocument {
  const script = findService(call);
  if (param(call, 'environment_name') !== 'production') throw failure('environmentNotFound');
  return script;
}

function environmentToWire(script: ScriptDocument): JsonObject {
  const { deployment_id: _deploymentId, ...wire } = scriptToWire(script);
  return {
    environment: 'production',
    created_on: script.createdOn,
    modified_on: script.modifiedOn,
    script: {
      ...wire,
      id: script.name,
      ...showVersionSettings('service', script.versions.at(-1)),
    },
  };
}
