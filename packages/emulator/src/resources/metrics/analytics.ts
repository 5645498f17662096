import { documented, observed } from '../../api/behaviour.ts';
import { permits, reaches } from '../../api/auth.ts';
import { readObject } from '../../api/body.ts';
import { endpoint } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { failure } from '../../api/errors.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import { invocationRows } from './invocation-rows.ts';
import type { InvocationArguments } from './invocation-rows.ts';

/** The account's analytics of Workers, in GraphQL: one dataset, with the fields that are counted here. */
export const analyticsResource: Resource = {
  product: 'Analytics',
  endpoints: [
    endpoint('POST /graphql', { known: 'observed', permission: null }, async (call) => {
      const { query, variables } = await readObject(call, ['query', 'variables', 'operationName']);
      if (typeof query !== 'string') throw failure('badBody', 'query must be a string.');
      return Response.json(await answer(call, query, isObject(variables) ? variables : {}));
    }),
  ],
  behaviours: [
    documented(
      'Requests of Workers are counted by version and by how the invocation ended: an answer of 500 is a success, an exception an error.',
    ),
    observed('A token without the permission gets HTTP 200 and "not authorized for that account".'),
    observed(
      'Counts lag behind by the dial `metrics.lagMs` (60 to 120 s on the real API; 0 unless dialled).',
    ),
    documented(
      'Sampled counts are estimates, and `avg.sampleInterval` tells for how many each request stands.',
    ),
    documented('Calls from Worker to Worker, and from queues and schedules, are not counted here.'),
  ],
};

/** Names of Cloudflare's scalars are its own. */
const SCHEMA = `
scalar string
scalar uint64
scalar float64
scalar Time
type Query { viewer: viewer! }
type viewer { accounts(filter: AccountFilter_InputObject): [account!]! }
input AccountFilter_InputObject { accountTag: string! }
type account {
  workersInvocationsAdaptive(limit: uint64!, filter: AccountWorkersInvocationsAdaptiveFilter_InputObject!):
    [AccountWorkersInvocationsAdaptive!]!
}
input AccountWorkersInvocationsAdaptiveFilter_InputObject {
  datetime_geq: Time
  datetime_gt: Time
  datetime_leq: Time
  datetime_lt: Time
  scriptName: string
  scriptName_in: [string!]
  scriptVersion: string
  scriptVersion_in: [string!]
  status: string
}
type AccountWorkersInvocationsAdaptive {
  dimensions: AccountWorkersInvocationsAdaptiveDimensions
  sum: AccountWorkersInvocationsAdaptiveSum
  avg: AccountWorkersInvocationsAdaptiveAvg
}
type AccountWorkersInvocationsAdaptiveDimensions { scriptName: string! scriptVersion: string! status: string! }
type AccountWorkersInvocationsAdaptiveSum { requests: uint64! errors: uint64! }
type AccountWorkersInvocationsAdaptiveAvg { sampleInterval: float64! }
`;

/** The library is only loaded when somebody asks. */
async function answer(call: Call, query: string, variables: JsonObject): Promise<JsonObject> {
  const { buildSchema, graphql } = await import('graphql');
  const accounts = ({ filter }: { filter?: { accountTag?: Json } }): object[] => [
    accountOf(call, String(filter?.accountTag ?? '')),
  ];
  const result = await graphql({
    schema: buildSchema(SCHEMA),
    source: query,
    rootValue: { viewer: { accounts } },
    variableValues: variables,
  });
  // Plain data without prototypes, as it is sent.
  return JSON.parse(JSON.stringify(result)) as JsonObject;
}

/** @throws Error in the words of the API when the token may not look */
function accountOf(call: Call, accountId: string): object {
  const known = call.store.get('account', accountId) !== undefined;
  if (!known || !reaches(call.token, accountId) || !permits(call.token, P.analyticsRead)) {
    throw new Error('not authorized for that account');
  }
  return {
    workersInvocationsAdaptive: (asked: InvocationArguments, _context: object, info: object) =>
      invocationRows(call, { accountId, asked, info }),
  };
}
