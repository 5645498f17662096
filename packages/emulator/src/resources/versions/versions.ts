import { failure } from '../../api/errors.ts';
import { FRESH_VERSION_IS_READABLE, isFresh, settled } from '../lag.ts';
import { clientSource, documented, observed } from '../../api/behaviour.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { DEPLOYABLE_VERSIONS } from '../../rules/account/limits.ts';
import { applyVersionUpload } from '../../upload/apply.ts';
import { readUploadForm } from '../../upload/form.ts';
import { prepareUpload } from '../../upload/prepare.ts';
import type { UploadTarget } from '../../upload/upload-target.ts';
import { optional } from '../../wire/scripts.ts';
import { versionSummary, versionToWire } from '../../wire/versions.ts';
import { findScript, findVersion, pathScriptKey } from '../scripts/find.ts';

const BASE = '/accounts/:account_id/workers/scripts/:script_name/versions';

/** Versions of a Worker: upload without deploying, list, read. */
export const versionResource: Resource = {
  product: 'Versions',
  endpoints: [
    endpoint(
      `POST ${BASE}`,
      {
        known: 'observed',
        permission: P.scriptsWrite,
        query: ['bindings_inherit', 'excludeScript', 'include_subdomain_availability'],
      },
      (call) =>
        call.mutex.run(pathScriptKey(call), async () => {
          const { name } = findScript(call);
          const target: UploadTarget = { scriptName: name, dispatchNamespace: null, mode: 'version' };
          const prepared = await prepareUpload(call, target, await readUploadForm(call.request));
          const script = call.store.write((tx) => applyVersionUpload(call, target, prepared, tx));
          const { annotations: _annotations, ...wire } = versionToWire(prepared.version, script, call.store);
          return success({
            ...wire,
            startup_time_ms: prepared.version.shape.startupTimeMs,
            ...optional('exports_reconciliation', prepared.reconciliation),
          });
        }),
    ),
    endpoint(
      `GET ${BASE}`,
      { known: 'observed', permission: P.scriptsRead, query: ['page', 'per_page', 'deployable'] },
      (call) => {
        const versions = settled(call, findScript(call).versions, ({ createdOn }) => createdOn);
        const newestFirst = versions.toReversed();
        if (call.query.get('deployable') === 'true') {
          return success({ items: newestFirst.slice(0, DEPLOYABLE_VERSIONS).map(versionSummary) });
        }
        const { items, info } = paginate(newestFirst, call, 10, 100);
        return success({ items: items.map(versionSummary) }, { resultInfo: info });
      },
    ),
    endpoint(`GET ${BASE}/:version_id`, { known: 'observed', permission: P.scriptsRead }, (call) => {
      const script = findScript(call);
      const version = findVersion(script, param(call, 'version_id'));
      if (isFresh(call, version.createdOn) && !call.assumptions.hold(FRESH_VERSION_IS_READABLE))
        throw failure('versionNotFound');
      return success(versionToWire(version, script, call.store));
    }),
  ],
  behaviours: [
    FRESH_VERSION_IS_READABLE,
    documented(
      'Versions count up by one; every upload, settings patch, secret change and dashboard save makes one.',
    ),
    observed('A version upload for an absent Worker: 10007. An unknown version: 100146.'),
    observed('`workers/triggered_by` is `version_upload` on uploaded versions, `deployment` on deployments.'),
    observed('The wire name is `has_preview`; `hasPreview` of the published types is answered too.'),
    documented('Workers with Durable Objects have no previews.'),
    clientSource('`content/v2?version=` gives one version’s modules with their source maps.'),
  ],
};
