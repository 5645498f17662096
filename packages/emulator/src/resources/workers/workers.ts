import { failure } from '../../api/errors.ts';
import { readObject, refuseUnknown, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { checkScriptName } from '../../rules/account/names.ts';
import { checkQuota } from '../../rules/account/quotas.ts';
import { scriptKey } from '../../store/documents.ts';
import type { ScriptDocument } from '../../store/model/scripts.ts';
import type { Reader } from '../../store/store.ts';
import {
  INITIAL_SCRIPT_SETTINGS,
  SCRIPT_SETTING_NAMES,
  readScriptSettings,
  showScriptSettings,
} from '../../settings/settings.ts';
import { deleteScript, findReferences, referenceFinder, type References } from '../scripts/delete-script.ts';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/workers/workers';
const FIELDS = ['name', 'subdomain', ...SCRIPT_SETTING_NAMES];

/** The newer view of Workers, apart from their versions. Found by name or by id. */
export const betaWorkerResource: Resource = {
  product: 'Workers (beta view)',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      { known: 'documentation', permission: P.scriptsRead, query: ['page', 'per_page', 'order', 'order_by'] },
      (call) => {
        const by = call.query.get('order_by') ?? 'deployed_on';
        const rank = (script: ScriptDocument): string => {
          if (by === 'name') return script.name;
          if (by === 'created_on') return script.createdOn;
          return by === 'updated_on' ? script.modifiedOn : (script.deployments[0]?.createdOn ?? '');
        };
        const sorted = call.store
          .list('script', call.account.id, null)
          .toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
        const ordered = call.query.get('order') === 'desc' ? sorted.toReversed() : sorted;
        const { items, info } = paginate(ordered, call, 10, 100);
        const references = referenceFinder(call.store, call.account.id);
        return success(
          items.map((script) => workerToWire(script, call, references(script))),
          { resultInfo: info },
        );
      },
    ),
    endpoint(`POST ${BASE}`, { known: 'documentation', permission: P.scriptsWrite }, async (call) => {
      const body = await readObject(call, FIELDS);
      const name = requiredString(body, 'name', 'invalidName');
      checkScriptName(name);
      const worker = call.store.write((tx) => {
        const key = scriptKey(call.account.id, name);
        if (tx.get('script', key) !== undefined)
          throw failure('invalidRequest', `The Worker '${name}' exists already.`);
        const { id, plan, workerLimit } = call.account;
        checkQuota(plan, 'workers', tx.list('script', id, null).length + 1, workerLimit);
        const created = edited(emptyWorker(call, name), body, call);
        tx.put('script', key, created);
        return created;
      });
      return success(workerToWire(worker, call));
    }),
    endpoint(`GET ${BASE}/:worker_id`, { known: 'observed', permission: P.scriptsRead }, (call) =>
      success(workerToWire(findWorker(call), call)),
    ),
    endpoint(`PATCH ${BASE}/:worker_id`, { known: 'documentation', permission: P.scriptsWrite }, (call) =>
      editWorker(call, false),
    ),
    endpoint(`PUT ${BASE}/:worker_id`, { known: 'documentation', permission: P.scriptsWrite }, (call) =>
      editWorker(call, true),
    ),
    endpoint(
      `DELETE ${BASE}/:worker_id`,
      { known: 'documentation', permission: P.scriptsWrite, query: ['force'] },
      async (call) => {
        await deleteScript(call, findWorker(call), call.query.get('force') === 'true');
        return success(null);
      },
    ),
  ],
  behaviours: [],
};

/** The Worker of the path, by name or id. @throws 10007 */
export function findWorker(call: Call, reader: Reader = call.store): ScriptDocument {
  const wanted = param(call, 'worker_id');
  const script =
    reader.get('script', scriptKey(call.account.id, wanted)) ??
    reader.list('script', call.account.id, null).find(({ tag }) => tag === wanted);
  if (script === undefined) throw failure('workerNotFound');
  return script;
}

async function editWorker(call: Call, replace: boolean): Promise<Response> {
  findWorker(call);
  const body = await readObject(call, FIELDS);
  const worker = call.store.write((tx) => {
    const before = findWorker(call, tx);
    if (body['name'] !== undefined && body['name'] !== before.name) {
      throw failure('notEmulated', 'The embedded Cloudflare does not rename Workers.');
    }
    const base = replace ? { ...before, settings: INITIAL_SCRIPT_SETTINGS } : before;
    const after = edited(base, body, call);
    tx.put('script', scriptKey(call.account.id, before.name), after);
    return after;
  });
  return success(workerToWire(worker, call));
}

function edited(script: ScriptDocument, body: JsonObject, call: Call): ScriptDocument {
  const { tail_consumers: consumers, subdomain, ...rest } = body;
  const renamed = Array.isArray(consumers)
    ? {
        tail_consumers: consumers.map((item) => ({
          service: isObject(item) ? item['name'] : undefined,
        })),
      }
    : {};
  const context = { plan: call.account.plan, now: call.clock.now() };
  const patch = readScriptSettings({ ...rest, ...renamed }, context);
  return {
    ...script,
    settings: { ...script.settings, ...patch },
    subdomain: subdomain === undefined ? script.subdomain : readSubdomain(subdomain, script),
    modifiedOn: call.clock.now().toISOString(),
  };
}

function readSubdomain(value: Json | undefined, script: ScriptDocument): ScriptDocument['subdomain'] {
  if (!isObject(value)) throw failure('invalidRequest', 'subdomain must be an object.');
  refuseUnknown(value, ['enabled', 'previews_enabled'], 'subdomain.');
  const {
    enabled = script.subdomain.enabled,
    previews_enabled: previews = script.subdomain.previewsEnabled,
  } = value;
  if (typeof enabled !== 'boolean' || typeof previews !== 'boolean') {
    throw failure('invalidRequest', 'subdomain.enabled and subdomain.previews_enabled must be booleans.');
  }
  return { enabled, previewsEnabled: previews };
}

function emptyWorker(call: Call, name: string): ScriptDocument {
  const now = call.clock.now().toISOString();
  return {
    accountId: call.account.id,
    name,
    dispatchNamespace: null,
    tag: call.ids.hex(),
    createdOn: now,
    modifiedOn: now,
    versions: [],
    deployments: [],
    settings: INITIAL_SCRIPT_SETTINGS,
    subdomain: { enabled: false, previewsEnabled: false },
    schedules: [],
    migrationTag: null,
    durableObjectNamespaces: [],
    secretChanges: [],
    lastDeployedFrom: call.source,
  };
}

function workerToWire(
  script: ScriptDocument,
  call: Call,
  references = findReferences(call.store, script),
): JsonObject {
  const { enabled, previewsEnabled } = script.subdomain;
  const host =
    call.account.subdomain === null ? null : `${script.name}.${call.account.subdomain}.workers.dev`;
  return {
    id: script.tag,
    name: script.name,
    created_on: script.createdOn,
    updated_on: script.modifiedOn,
    deployed_on: script.deployments[0]?.createdOn ?? null,
    ...showScriptSettings('worker', script.settings),
    subdomain: {
      enabled,
      previews_enabled: previewsEnabled,
      ...(host === null ? {} : { url: `https://${host}`, preview_url_suffix: `-${host}` }),
    },
    references: referencesToWire(script, call, references),
  };
}

function referencesToWire(script: ScriptDocument, { store }: Call, references: References): JsonObject {
  const workers = [...new Set([...references.services.incoming, ...references.tailConsumers])];
  const tagOf = (name: string): string => store.get('script', scriptKey(script.accountId, name))?.tag ?? '';
  return {
    dispatch_namespace_outbounds: [],
    domains: store
      .list('domain', script.accountId)
      .filter(({ service }) => service === script.name)
      .map((domain) => ({
        id: domain.id,
        hostname: domain.hostname,
        zone_id: domain.zoneId,
        zone_name: domain.zoneName,
        certificate_id: domain.certId,
      })),
    durable_objects: script.durableObjectNamespaces.map(({ id, className }) => ({
      namespace_id: id,
      namespace_name: `${script.name}_${className}`,
      worker_id: script.tag,
      worker_name: script.name,
    })),
    queues: store
      .list('queue', script.accountId)
      .flatMap((queue) =>
        queue.consumers
          .filter(({ scriptName }) => scriptName === script.name)
          .map(({ id }) => ({ queue_id: queue.id, queue_name: queue.name, queue_consumer_id: id })),
      ),
    workers: workers.map((name) => ({ id: tagOf(name), name })),
  };
}
