import { clientSource } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readObject, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { isResourceName } from '../../rules/account/names.ts';
import { keyOf, scriptKey } from '../../store/documents.ts';
import type { WorkflowDocument } from '../../store/model/workflows.ts';
import { liveVersion } from '../../wire/scripts.ts';
import { compact, type JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/workflows';
const OPTIONS = ['limits', 'schedules', 'concurrency', 'default_retention', 'jurisdiction'];

/** Workflows: the registration of a Worker's workflow class. */
export const workflowResource: Resource = {
  product: 'Workflows',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      { known: 'documentation', permission: P.scriptsRead, query: ['page', 'per_page', 'search'] },
      (call) => {
        const search = call.query.get('search') ?? '';
        const found = call.store
          .list('workflow', call.account.id)
          .filter(({ name }) => name.includes(search));
        const { items, info } = paginate(found, call, 10, 100);
        return success(items.map(toWire), { resultInfo: info });
      },
    ),
    endpoint(`GET ${BASE}/:workflow_name`, { known: 'observed', permission: P.scriptsRead }, (call) =>
      success(toWire(find(call))),
    ),
    endpoint(`PUT ${BASE}/:workflow_name`, { known: 'observed', permission: P.scriptsWrite }, putWorkflow),
    endpoint(
      `DELETE ${BASE}/:workflow_name`,
      { known: 'documentation', permission: P.scriptsWrite },
      (call) => {
        const { name } = find(call);
        call.store.write((tx) => tx.delete('workflow', keyOf(call.account.id, name)));
        return success({ status: 'ok', success: null });
      },
    ),
  ],
  behaviours: [clientSource('Absent 10200, schedules on the free plan 10208, no subdomain 10063.')],
  notServed: [
    {
      route: `GET ${BASE}/:workflow_name/instances`,
      asks: 'wrangler workflows instances list',
      why: 'Instances live in the runtime only; start and look at them through a Worker that binds the workflow.',
    },
    {
      route: `POST ${BASE}/:workflow_name/instances`,
      asks: 'wrangler workflows trigger',
      why: 'Instances live in the runtime only; start and look at them through a Worker that binds the workflow.',
    },
    {
      route: `GET ${BASE}/:workflow_name/instances/:instance_id`,
      asks: 'wrangler workflows instances describe',
      why: 'Instances live in the runtime only; start and look at them through a Worker that binds the workflow.',
    },
    {
      route: `PATCH ${BASE}/:workflow_name/instances/:instance_id/status`,
      asks: 'wrangler workflows instances pause',
      why: 'Instances live in the runtime only; start and look at them through a Worker that binds the workflow.',
    },
    {
      route: `POST ${BASE}/:workflow_name/instances/:instance_id/events/:event_type`,
      asks: 'wrangler workflows instances send-event',
      why: 'Instances live in the runtime only; start and look at them through a Worker that binds the workflow.',
    },
    {
      route: `PUT ${BASE}/:workflow_name/instances/terminate`,
      asks: 'wrangler workflows instances terminate-all',
      why: 'Instances live in the runtime only; start and look at them through a Worker that binds the workflow.',
    },
    {
      route: `GET ${BASE}/:workflow_name/versions`,
      asks: 'wrangler workflows describe',
      why: 'Instances live in the runtime only; start and look at them through a Worker that binds the workflow.',
    },
  ],
};

/** @throws 10063, 10007 no such Worker, 10208 schedules on the free plan, 10209 another jurisdiction than it has. */
async function putWorkflow(call: Call): Promise<Response> {
  const name = param(call, 'workflow_name');
  if (!isResourceName(name)) throw failure('badBody', 'The name of the workflow is not valid.');
  const body = await readObject(call, ['script_name', 'class_name', ...OPTIONS]);
  const scriptName = requiredString(body, 'script_name', 'badBody');
  const className = requiredString(body, 'class_name', 'badBody');
  if (call.account.subdomain === null) throw failure('noSubdomain');
  if (body['schedules'] !== undefined && call.account.plan === 'free') throw failure('workflowCronPaid');
  const now = call.clock.now().toISOString();
  const workflow = call.store.write((tx) => {
    const script = tx.get('script', scriptKey(call.account.id, scriptName));
    if (script === undefined) throw failure('workerNotFound');
    if (liveVersion(script)?.shape.namedHandlers.some((named) => named.name === className) !== true) {
      throw failure('badBody', `The Worker does not export the class '${className}'.`);
    }
    const before = tx.get('workflow', keyOf(call.account.id, name));
    const jurisdiction = before?.options['jurisdiction'];
    const wanted = body['jurisdiction'] ?? jurisdiction;
    if (before !== undefined && wanted !== jurisdiction) throw failure('workflowJurisdiction');
    const after: WorkflowDocument = {
      accountId: call.account.id,
      id: before?.id ?? call.ids.uuid(),
      name,
      scriptName,
      className,
      createdOn: before?.createdOn ?? now,
      modifiedOn: now,
      options: {
        ...Object.fromEntries(OPTIONS.flatMap((key) => (body[key] === undefined ? [] : [[key, body[key]]]))),
        ...compact({ jurisdiction: wanted }),
      },
    };
    tx.put('workflow', keyOf(call.account.id, name), after);
    return after;
  });
  return success({
    ...toWire(workflow),
    version_id: call.ids.uuid(),
    is_deleted: 0,
    terminator_running: 0,
    triggered_on: null,
  });
}

/** @throws 10200 */
function find(call: Call): WorkflowDocument {
  const workflow = call.store.get('workflow', keyOf(call.account.id, param(call, 'workflow_name')));
  if (workflow === undefined) throw failure('workflowNotFound');
  return workflow;
}

function toWire(workflow: WorkflowDocument): JsonObject {
  return {
    id: workflow.id,
    name: workflow.name,
    script_name: workflow.scriptName,
    class_name: workflow.className,
    ...('jurisdiction' in workflow.options ? { jurisdiction: workflow.options['jurisdiction'] } : {}),
    created_on: workflow.createdOn,
    modified_on: workflow.modifiedOn,
    triggered_on: null,
    instances: {
      complete: 0,
      errored: 0,
      paused: 0,
      queued: 0,
      running: 0,
      terminated: 0,
      waiting: 0,
      waitingForPause: 0,
    },
  };
}
