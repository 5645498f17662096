import { failure } from '../../api/errors.ts';
import { readJson } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { MAX_DISPATCH_TAGS } from '../../rules/account/limits.ts';
import { checkScriptName } from '../../rules/account/names.ts';
import type { ScriptDocument } from '../../store/model/scripts.ts';
import { bindingsToWire } from '../../bindings/wire.ts';
import { scriptToWire } from '../../wire/scripts.ts';
import { startAssetSession } from '../scripts/assets.ts';
import { putContent } from '../scripts/content.ts';
import { answerDeleted, deleteScript } from '../scripts/delete-script.ts';
import { findDispatchNamespace } from './dispatch-namespaces.ts';
import { findScript, newestVersion, pathScriptKey } from '../scripts/find.ts';
import { scriptContent } from '../scripts/script-content.ts';
import { putScript } from '../scripts/scripts.ts';
import { secretEndpointsAt } from '../scripts/secrets.ts';
import { getSettings, patchVersionSettings } from '../scripts/settings.ts';

const BASE = '/accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts';
const SCRIPT = `${BASE}/:script_name` as const;

/** Workers in dispatch namespaces. They have no versions; each upload is live at once. */
export const dispatchScriptResource: Resource = {
  product: 'Workers for Platforms',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      { known: 'documentation', permission: P.scriptsRead, query: ['tags', 'limit'] },
      (call) => success(selectByTags(call).map((script) => scriptToWire(script))),
    ),
    endpoint(
      `DELETE ${BASE}`,
      { known: 'documentation', permission: P.scriptsWrite, query: ['tags', 'limit'] },
      async (call) => {
        const scripts = selectByTags(call);
        for (const script of scripts) await deleteScript(call, script, true);
        return success(scripts.map((script) => scriptToWire(script)));
      },
    ),
    endpoint(
      `PUT ${SCRIPT}`,
      { known: 'observed', permission: P.scriptsWrite, query: ['bindings_inherit', 'excludeScript'] },
      async (call) => {
        const { name } = findDispatchNamespace(call);
        const scriptName = param(call, 'script_name');
        checkScriptName(scriptName);
        return putScript(call, { scriptName, dispatchNamespace: name, mode: 'script' });
      },
    ),
    endpoint(`GET ${SCRIPT}`, { known: 'observed', permission: P.scriptsRead }, (call) => {
      const { name } = findDispatchNamespace(call);
      // Not 10007: wrangler 4.164 takes only 10092 for "upload it as new" here.
      const script = findScript(call, call.store, 'environmentNotFound');
      return success({
        dispatch_namespace: name,
        created_on: script.createdOn,
        modified_on: script.modifiedOn,
        script: scriptToWire(script),
      });
    }),
    endpoint(
      `DELETE ${SCRIPT}`,
      { known: 'documentation', permission: P.scriptsWrite, query: ['force'] },
      async (call) => {
        findDispatchNamespace(call);
        await deleteScript(call, findScript(call), call.query.get('force') === 'true');
        return answerDeleted(call, param(call, 'script_name'));
      },
    ),
    endpoint(
      `POST ${SCRIPT}/assets-upload-session`,
      { known: 'documentation', permission: P.scriptsWrite },
      async (call) => {
        findDispatchNamespace(call);
        return startAssetSession(call);
      },
    ),
    endpoint(`GET ${SCRIPT}/bindings`, { known: 'documentation', permission: P.scriptsRead }, (call) => {
      const script = findScript(call);
      return success(bindingsToWire(newestVersion(script).bindings, script, call.store));
    }),
    endpoint(`GET ${SCRIPT}/settings`, { known: 'documentation', permission: P.scriptsRead }, getSettings),
    endpoint(
      `PATCH ${SCRIPT}/settings`,
      { known: 'documentation', permission: P.scriptsWrite },
      patchVersionSettings,
    ),
    endpoint(`GET ${SCRIPT}/content`, { known: 'documentation', permission: P.scriptsRead }, async (call) =>
      scriptContent(call, findScript(call)),
    ),
    endpoint(`PUT ${SCRIPT}/content`, { known: 'documentation', permission: P.scriptsWrite }, putContent),
    // No client was recorded calling them here.
    ...secretEndpointsAt(SCRIPT).map((row) => ({ ...row, known: 'documentation' as const })),
    endpoint(`GET ${SCRIPT}/tags`, { known: 'documentation', permission: P.scriptsRead }, (call) =>
      success(findScript(call).settings.tags),
    ),
    endpoint(`PUT ${SCRIPT}/tags`, { known: 'documentation', permission: P.scriptsWrite }, async (call) => {
      findScript(call);
      const tags = await readJson(call);
      if (!Array.isArray(tags) || tags.some((tag) => typeof tag !== 'string')) {
        throw failure('badBody', 'The body must be an array of tags.');
      }
      return success(setTags(call, () => tags as string[]));
    }),
    endpoint(`PUT ${SCRIPT}/tags/:tag`, { known: 'documentation', permission: P.scriptsWrite }, (call) => {
      setTags(call, (tags) => [...tags.filter((tag) => tag !== param(call, 'tag')), param(call, 'tag')]);
      return success(null);
    }),
    endpoint(`DELETE ${SCRIPT}/tags/:tag`, { known: 'documentation', permission: P.scriptsWrite }, (call) => {
      setTags(call, (tags) => tags.filter((tag) => tag !== param(call, 'tag')));
      return success(null);
    }),
  ],
  behaviours: [],
};

function setTags(call: Call, edit: (tags: string[]) => string[]): string[] {
  return call.store.write((tx) => {
    const script = findScript(call, tx);
    const tags = edit(script.settings.tags);
    if (tags.length > MAX_DISPATCH_TAGS)
      throw failure('badBody', `At most ${MAX_DISPATCH_TAGS} tags are allowed.`);
    tx.put('script', pathScriptKey(call), { ...script, settings: { ...script.settings, tags } });
    return tags;
  });
}

/** Scripts of the namespace by `tags=<tag>:yes,<tag>:no` and `limit`. */
function selectByTags(call: Call): ScriptDocument[] {
  const { name } = findDispatchNamespace(call);
  const filters = (call.query.get('tags') ?? '').split(',').filter((item) => item !== '');
  const limit = Number(call.query.get('limit') ?? Number.POSITIVE_INFINITY);
  return call.store
    .list('script', call.account.id, name)
    .filter(({ settings }) =>
      filters.every((filter) => {
        const wanted = !filter.endsWith(':no');
        return settings.tags.includes(filter.replace(/:(?:yes|no)$/, '')) === wanted;
      }),
    )
    .slice(0, limit);
}
