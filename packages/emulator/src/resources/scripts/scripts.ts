import { assumedCode, clientSource, documented, observed } from '../../api/behaviour.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { checkScriptName } from '../../rules/account/names.ts';
import { applyScriptUpload } from '../../upload/apply.ts';
import { readUploadForm } from '../../upload/form.ts';
import { prepareUpload } from '../../upload/prepare.ts';
import type { UploadTarget } from '../../upload/upload-target.ts';
import { scriptToWire, optional } from '../../wire/scripts.ts';
import { paginate, sortBy } from '../../api/paging.ts';
import { LONG_ANNOTATION_REFUSED } from '../../rules/versions/annotations.ts';
import { UPLOAD_RESETS_SETTINGS } from '../../upload/apply.ts';
import { NO_SELF_BINDING_AT_FIRST } from '../../upload/prepare.ts';
import { LISTS_ARE_CURRENT, settled } from '../lag.ts';
import {
  DELETE_ANSWERS_NULL,
  REFERENCED_WORKER_STAYS,
  WORKER_TAKES_TRIGGERS,
  answerDeleted,
  deleteScript,
} from './delete-script.ts';
import { findScript, pathScriptKey } from './find.ts';
import { scriptContent } from './script-content.ts';
import type { JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/workers/scripts';

/** Workers: upload, read, list, search, delete. */
export const scriptResource: Resource = {
  product: 'Scripts',
  endpoints: [
    endpoint(`GET ${BASE}`, { known: 'observed', permission: P.scriptsRead, query: ['tags'] }, (call) => {
      const wanted = parseTags(call.query.get('tags'));
      const scripts = call.store
        .list('script', call.account.id, null)
        .filter(({ settings }) => wanted.every(({ tag, has }) => settings.tags.includes(tag) === has));
      return success(settled(call, scripts, ({ modifiedOn }) => modifiedOn).map(withoutDeploymentId));
    }),
    endpoint(
      'GET /accounts/:account_id/workers/scripts-search',
      {
        known: 'documentation',
        permission: P.scriptsRead,
        query: ['id', 'name', 'order_by', 'page', 'per_page'],
      },
      searchScripts,
    ),
    endpoint(
      `PUT ${BASE}/:script_name`,
      {
        known: 'observed',
        permission: P.scriptsWrite,
        query: ['bindings_inherit', 'excludeScript', 'include_subdomain_availability'],
      },
      async (call) => {
        const name = param(call, 'script_name');
        checkScriptName(name);
        return putScript(call, { scriptName: name, dispatchNamespace: null, mode: 'script' });
      },
    ),
    endpoint(
      `GET ${BASE}/:script_name`,
      { known: 'documentation', permission: P.scriptsRead },
      async (call) => scriptContent(call, findScript(call)),
    ),
    endpoint(
      `DELETE ${BASE}/:script_name`,
      { known: 'documentation', permission: P.scriptsWrite, query: ['force'] },
      async (call) => {
        await deleteScript(call, findScript(call), call.query.get('force') === 'true');
        return answerDeleted(call, param(call, 'script_name'));
      },
    ),
    endpoint(
      `GET ${BASE}/:script_name/usage-model`,
      { known: 'documentation', permission: P.scriptsRead },
      (call) => success({ usage_model: findScript(call).versions.at(-1)?.usageModel ?? 'standard' }),
    ),
  ],
  behaviours: [
    documented(
      'An upload really starts the script in workerd; what does not start is refused with 10021 and the runtime’s text.',
    ),
    documented('A script without event handlers: 10068. A bad Worker name: 10016. More than 64 MiB: 10027.'),
    observed('Another content type than the three known: 10001 with HTTP 415. Flattened metadata: 10021.'),
    documented('A module of unknown content type: 10162.'),
    observed('A compatibility date in the future (UTC): 10021. An unknown annotation: 10021.'),
    documented('The message annotation is cut at 1,000 bytes.'),
    LONG_ANNOTATION_REFUSED,
    observed(
      'Absent binding targets: 10041, 10085, 10181, 11000, 10143, 10061, 10157, 10159; a name used twice: 10053.',
    ),
    clientSource('Further binding targets: 10042, 10144, 100119, 100143, 10182, 10195.'),
    documented(
      '`bindings_inherit=strict`: one 10057 per binding that cannot be inherited; dropped silently without it.',
    ),
    observed('`keep_bindings` keeps bindings of the previous version by type; secrets not kept are gone.'),
    NO_SELF_BINDING_AT_FIRST,
    UPLOAD_RESETS_SETTINGS,
    observed('`deployment_id` of an upload’s answer is the version id without hyphens.'),
    observed('CPU limits on the free plan: 100328.'),
    observed('A Worker that consumes a queue cannot be deleted, even with force: 10064.'),
    REFERENCED_WORKER_STAYS,
    WORKER_TAKES_TRIGGERS,
    DELETE_ANSWERS_NULL,
    LISTS_ARE_CURRENT,
    documented('Limits by plan: 100 or 500 Workers (10037), 64 or 128 variables (10055), 5 KB each (10054).'),
    documented('Metadata of an upload: 1 MB. Durable Object classes of an account: 100 or 500.'),
    assumedCode(
      'metadata-limit-code',
      'The code of the first of these limits: 10021.',
      'metadataTooLarge',
      [413, 10027],
    ),
    assumedCode('class-limit-code', 'The code of the second: 10021.', 'classLimit', [403, 10037]),
  ],
};

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
  const { items, info } = paginate(sortBy(found, query, key), { query, assumptions: call.assumptions });
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
