import { failure } from '../../api/errors.ts';
import { endpoint } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { checkClassesKept } from '../../rules/durable-objects/migrations.ts';
import { nextVersion, withLiveVersion } from '../../upload/apply.ts';
import { readUploadForm } from '../../upload/form.ts';
import { readMetadata } from '../../upload/metadata.ts';
import { readCode } from '../../upload/modules.ts';
import { etagOf, storeModules } from '../../upload/prepare.ts';
import { classesOf, startScript } from '../../upload/start-script.ts';
import { scriptToWire } from '../../wire/scripts.ts';
import { findScript, findVersion, newestVersion, pathScriptKey } from './find.ts';
import { scriptContent } from './script-content.ts';

const SCRIPT = '/accounts/:account_id/workers/scripts/:script_name';

/** Code of a Worker apart from its configuration. */
export const contentResource: Resource = {
  product: 'Scripts',
  endpoints: [
    endpoint(`PUT ${SCRIPT}/content`, { known: 'documentation', permission: P.scriptsWrite }, putContent),
    endpoint(
      `GET ${SCRIPT}/content/v2`,
      { known: 'observed', permission: P.scriptsRead, query: ['version'] },
      async (call) => {
        const script = findScript(call);
        const id = call.query.get('version');
        return scriptContent(call, script, id === null ? undefined : findVersion(script, id));
      },
    ),
  ],
  behaviours: [],
};

/** New code under the configuration of the newest version; live at once. */
export async function putContent(call: Call): Promise<Response> {
  findScript(call);
  const { metadata: json, parts } = await readUploadForm(call.request);
  const fields = Object.keys(json).filter((field) => field !== 'main_module' && field !== 'body_part');
  if (fields.length > 0) throw failure('unknownField', `Unknown field ${JSON.stringify(fields[0])}.`);
  return call.mutex.run(pathScriptKey(call), async () => {
    const script = findScript(call);
    const base = newestVersion(script);
    const metadata = readMetadata(json, {
      scriptName: script.name,
      plan: call.account.plan,
      now: call.clock.now(),
      assumptions: call.assumptions,
    });
    const code = readCode(metadata, parts);
    const { bindings, compatibilityDate, compatibilityFlags } = base;
    const shape = await startScript(call, { ...code, bindings, compatibilityDate, compatibilityFlags });
    checkClassesKept(script.durableObjectNamespaces, classesOf(shape));
    const modules = await storeModules(call, code.modules);
    const version = nextVersion(call, base, script, {
      mainModule: code.mainModule,
      format: code.format,
      modules,
      shape,
      etag: etagOf(modules, code.mainModule),
      annotations: { 'workers/triggered_by': 'upload' },
    });
    const after = withLiveVersion(call, script, version, 'upload');
    call.store.write((tx) => tx.put('script', pathScriptKey(call), after));
    return success({ ...scriptToWire(after), startup_time_ms: shape.startupTimeMs });
  });
}
