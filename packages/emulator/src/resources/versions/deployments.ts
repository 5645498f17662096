import type { JsonObject } from '../../json.ts';
import { optional } from '../../wire/scripts.ts';
import { settled } from '../lag.ts';
import { assumed, assumedCode, clientSource, documented, observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readObject } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { readAnnotations } from '../../rules/versions/annotations.ts';
import {
  SECRETS_COMPARED_BY_VALUE,
  SECRETS_HOLD_BACK,
  checkDeployable,
  readShares,
} from '../../rules/versions/deployments.ts';
import { reconcileExports } from '../../rules/durable-objects/reconcile.ts';
import type { DeploymentDocument, ScriptDocument, VersionDocument } from '../../store/model/scripts.ts';
import type { Transaction } from '../../store/store.ts';
import { deploymentOf } from '../../upload/apply.ts';
import { withDurableObjects } from '../../upload/durable-objects.ts';
import { readUpdateStrategy } from '../../upload/metadata.ts';
import { classesOf, durableObjectClassesOf } from '../../upload/start-script.ts';
import { deploymentToWire } from '../../wire/versions.ts';
import { findScript, pathScriptKey } from '../scripts/find.ts';

/** Whether reads of a deployment show its strategy. */
const STRATEGY_NOT_ANSWERED = assumed(
  'update-strategy-not-answered',
  '`code_update_strategy` is checked, kept with the deployment, not answered, and has no effect.',
  'It is answered with the deployment.',
);

const BASE = '/accounts/:account_id/workers/scripts/:script_name/deployments';

/** Deployments of a Worker: which versions get the traffic. */
export const deploymentResource: Resource = {
  product: 'Deployments',
  endpoints: [
    endpoint(
      `POST ${BASE}`,
      { known: 'observed', permission: P.scriptsWrite, query: ['force'] },
      createDeployment,
    ),
    endpoint(
      `GET ${BASE}`,
      { known: 'observed', permission: P.scriptsRead, query: ['page', 'per_page', 'since', 'until'] },
      (call) => {
        const since = call.query.get('since');
        const until = call.query.get('until');
        const all = settled(call, findScript(call).deployments, ({ createdOn }) => createdOn);
        const found = all.filter(
          ({ createdOn }) =>
            (since === null || createdOn >= asTime(since)) && (until === null || createdOn <= asTime(until)),
        );
        const { items, info } = paginate(found, call, 10, 100);
        return success(
          { deployments: items.map((deployment) => toWire(call, deployment)) },
          { resultInfo: info },
        );
      },
    ),
    endpoint(`GET ${BASE}/:deployment_id`, { known: 'documentation', permission: P.scriptsRead }, (call) =>
      success(toWire(call, findDeployment(call, findScript(call)))),
    ),
    endpoint(
      `DELETE ${BASE}/:deployment_id`,
      { known: 'documentation', permission: P.scriptsWrite },
      (call) => {
        call.store.write((tx) => {
          const script = findScript(call, tx);
          const deployment = findDeployment(call, script);
          if (deployment === script.deployments[0]) {
            throw failure('invalidRequest', 'The active deployment cannot be deleted.');
          }
          tx.put('script', pathScriptKey(call), {
            ...script,
            deployments: script.deployments.filter((candidate) => candidate !== deployment),
          });
        });
        return success(null);
      },
    ),
  ],
  behaviours: [
    documented('One or two versions, 0 to 100 % each, 100 % together.'),
    assumedCode('share-total-code', 'Shares that do not total 100: 10021.', 'shareTotal', [400, 10026]),
    documented('Only the newest 100 versions can be deployed.'),
    observed(
      'Refusals of 2023 are used where today’s are unknown: 100147 too old, 100140 resources or migrations changed.',
    ),
    clientSource('Going back over changed secrets: 10220 with their names; `force=true` overrides.'),
    SECRETS_COMPARED_BY_VALUE,
    SECRETS_HOLD_BACK,
    documented('Deployments are listed newest first; the live one cannot be deleted; unknown id: 10336.'),
    documented('A dial delays when a deployment reaches the edge; until then the one before serves.'),
    STRATEGY_NOT_ANSWERED,
    documented('The versions of a split have the same assets `base_path`.'),
  ],
};

async function createDeployment(call: Call): Promise<Response> {
  findScript(call);
  const body = await readObject(call, [
    'strategy',
    'versions',
    'annotations',
    'code_update_strategy',
    'id',
    'force',
  ]);
  const shares = readShares(body);
  const strategy = readUpdateStrategy(body['code_update_strategy']);
  const force = call.query.get('force') === 'true' || body['force'] === true;
  const dropped: string[] = [];
  const deployment = call.store.write((tx) => {
    const script = findScript(call, tx);
    const annotations = readAnnotations(body['annotations'], 'deployment', script.name, call.assumptions);
    const versions = checkDeployable(script, shares, tx, { force, assumptions: call.assumptions });
    const created = {
      ...deploymentOf(call, shares, {
        'workers/triggered_by': isRollback(script, versions) ? 'rollback' : 'deployment',
        ...annotations,
      }),
      ...(strategy === null ? {} : { codeUpdateStrategy: strategy }),
    };
    const { after, deletedIds } = reconciled(call, script, versions, tx);
    dropped.push(...deletedIds);
    tx.put('script', pathScriptKey(call), {
      ...after,
      modifiedOn: created.createdOn,
      deployments: [created, ...script.deployments],
      lastDeployedFrom: call.source,
    });
    return created;
  });
  for (const id of dropped) await call.runtime.data.drop(call.account.id, 'durable-object', id);
  return success(toWire(call, deployment));
}

/** Declarative exports of a version take effect when it is deployed. @throws 100402 */
function reconciled(
  call: Call,
  script: ScriptDocument,
  versions: VersionDocument[],
  tx: Transaction,
): { after: ScriptDocument; deletedIds: string[] } {
  const newest = versions.toSorted((a, b) => b.number - a.number)[0];
  if (newest === undefined || newest.exports === null) return { after: script, deletedIds: [] };
  const { outcome } = reconcileExports(newest.exports, {
    tag: script.migrationTag,
    namespaces: script.durableObjectNamespaces,
    exportedClasses: classesOf(newest.shape),
    plan: call.account.plan,
    newId: () => call.ids.hex(),
    findForeign: () => undefined,
    self: script,
    durableObjectClasses: durableObjectClassesOf(newest.shape),
    expected: script.expectedTransfers ?? [],
    reader: tx,
  });
  return { after: withDurableObjects(script, outcome, newest.number, tx), deletedIds: outcome.deletedIds };
}

function toWire(call: Call, deployment: DeploymentDocument): JsonObject {
  const wire = deploymentToWire(deployment);
  const strategy = deployment.codeUpdateStrategy;
  if (strategy === undefined || call.assumptions.hold(STRATEGY_NOT_ANSWERED)) return wire;
  const delay = strategy.mode === 'deferred' ? optional('max_delay', strategy.maxDelay) : {};
  return { ...wire, code_update_strategy: { mode: strategy.mode, ...delay } };
}

function isRollback(script: ScriptDocument, versions: VersionDocument[]): boolean {
  const [only] = versions;
  const live = script.deployments[0]?.versions ?? [];
  if (only === undefined || versions.length > 1 || live.length !== 1) return false;
  const current = script.versions.find((version) => version.id === live[0]?.versionId);
  return current !== undefined && only.number < current.number;
}

function findDeployment(call: Call, script: ScriptDocument): DeploymentDocument {
  const id = param(call, 'deployment_id');
  const deployment = script.deployments.find((candidate) => candidate.id === id);
  if (deployment === undefined) throw failure('deploymentNotFound');
  return deployment;
}

function asTime(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw failure('badParameter', `${text} is not a time.`);
  return time.toISOString();
}
