import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Endpoint } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { checkScriptName } from '../../rules/account/names.ts';
import { applyScriptUpload } from '../../upload/apply.ts';
import { readUploadForm } from '../../upload/form.ts';
import { prepareUpload } from '../../upload/prepare.ts';
import type { UploadTarget } from '../../upload/prepare.ts';
import { scriptToWire, optional } from '../../wire/scripts.ts';
import { paginate, sortBy } from '../../api/paging.ts';
import { deleteScript } from './delete-script.ts';
import { findScript, pathScriptKey } from './find.ts';
import { scriptContent } from './script-content.ts';
import type { JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/workers/scripts';

/** Workers: upload, read, list, search, delete. */
export const scriptEndpoints: Endpoint[] = [
  endpoint(`GET ${BASE}`, { permission: P.scriptsRead, query: ['tags'] }, (call) => {
    const wanted = parseTags(call.query.get('tags'));
    const scripts = call.store
      .list('script', call.account.id, null)
      .filter(({ settings }) => wanted.every(({ tag, has }) => settings.tags.includes(tag) === has));
    return success(scripts.map(withoutDeploymentId));
  }),
  endpoint(
    'GET /accounts/:account_id/workers/scripts-search',
    { permission: P.scriptsRead, query: ['id', 'name', 'order_by', 'page', 'per_page'] },
    searchScripts,
  ),
  endpoint(
    `PUT ${BASE}/:script_name`,
    {
      permission: P.scriptsWrite,
      query: ['bindings_inherit', 'excludeScript', 'include_subdomain_availability'],
    },
    async (call) => {
      const name = param(call, 'script_name');
      checkScriptName(name);
      return putScript(call, { scriptName: name, dispatchNamespace: null, mode: 'script' });
    },
  ),
  endpoint(`GET ${BASE}/:script_name`, { permission: P.scriptsRead }, async (call) =>
    scriptContent(call, findScript(call)),
  ),
  endpoint(`DELETE ${BASE}/:script_name`, { permission: P.scriptsWrite, query: ['force'] }, async (call) => {
    await deleteScript(call, findScript(call), call.query.get('force') === 'true');
    return success(null);
  }),
  endpoint(`GET ${BASE}/:script_name/usage-model`, { permission: P.scriptsRead }, (call) =>
    success({ usage_model: findScript(call).versions.at(-1)?.usageModel ?? 'standard' }),
  ),
];

/** Uploads a script and deploys it at once: the whole of the script PUT, for accounts and dispatch namespaces. */
export async function putScript(call: Call, target: UploadTarget): Promise<Response> {
  return call.mutex.run(pathScriptKey(call), async () => {
    const prepared = await prepareUpload(call, target, await readUploadForm(call.request));
    const script = call.store.write((tx) => applyScriptUpload(call, target, prepared, tx));
    for (const id of prepared.durableObjects.deletedIds) {
      await call.runtime.data.drop(call.account.id, 'durable-object', id);
    }
    return success({
      ...scriptToWire(script),
      startup_time_ms: prepared.version.shape.startupTimeMs,
      ...optional('entry_point', prepared.version.mainModule),
      ...optional('exports_reconciliation', prepared.reconciliation),
    });
  });
}

function searchScripts(call: Call): Response {
  const { query, account, store } = call;
  const name = query.get('name');
  const id = query.get('id');
  const orderBy = query.get('order_by') ?? 'name';
  const found = store
    .list('script', account.id, null)
    .filter((script) => (name === null || script.name.includes(name)) && (id === null || script.tag === id));
  const key = (script: (typeof found)[number]): string =>
    orderBy === 'created_on' ? script.createdOn : orderBy === 'modified_on' ? script.modifiedOn : script.name;
  const { items, info } = paginate(sortBy(found, query, key), query);
  const rows = items.map((script) => ({
    id: script.tag,
    script_name: script.name,
    created_on: script.createdOn,
    modified_on: script.modifiedOn,
    service_name: script.name,
    environment_name: 'production',
    environment_is_default: true,
  }));
  return success(rows, { resultInfo: info });
}

function withoutDeploymentId(script: Parameters<typeof scriptToWire>[0]): JsonObject {
  const { deployment_id: _deploymentId, ...wire } = scriptToWire(script);
  return wire;
}

function parseTags(text: string | null): { tag: string; has: boolean }[] {
  return (text ?? '')
    .split(',')
    .filter((item) => item !== '')
    .map((item) => {
      const [tag = '', answer = 'yes'] =
        item.split(':yes').length > 1
          ? [item.slice(0, -4), 'yes']
          : item.split(':no').length > 1
            ? [item.slice(0, -3), 'no']
            : [item];
      return { tag, has: answer === 'yes' };
    });
}
