import { documented, observed } from '../../api/behaviour.ts';
import { readObject, refuseUnknown } from '../../api/body.ts';
import { endpoint } from '../../api/endpoint.ts';
import type { Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { failure } from '../../api/errors.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import type { CountedRequests } from '../../invocations.ts';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

const PATH = '/accounts/:account_id/workers/observability/telemetry/query';

const FIELDS = [
  'queryId',
  'timeframe',
  'view',
  'parameters',
  'limit',
  'dry',
  'chart',
  'compare',
  'granularity',
  'ignoreSeries',
];

/** Counts over what Workers Logs kept. */
export const telemetryResource: Resource = {
  product: 'Workers Observability',
  endpoints: [
    endpoint(`POST ${PATH}`, { known: 'observed', permission: P.observabilityWrite }, async (call) => {
      const body = await readObject(call, FIELDS);
      if (typeof body['queryId'] !== 'string') throw failure('badBody', 'queryId is required.');
      if (body['view'] !== 'calculations') {
        throw failure('notEmulated', 'The embedded Cloudflare serves the view "calculations" alone.');
      }
      const parameters = isObject(body['parameters']) ? body['parameters'] : {};
      refuseUnknown(
        parameters,
        ['datasets', 'filters', 'filterCombination', 'calculations', 'groupBys', 'limit'],
        'parameters.',
      );
      const rows = call.invocations.logged({ accountId: call.account.id, ...timeframe(body['timeframe']) });
      const aggregates = countBy(rows.filter(matcher(parameters['filters'])), keysOf(parameters['groupBys']));
      const [calculation] = listOf(parameters['calculations']);
      if (!isObject(calculation) || String(calculation['operator']).toLowerCase() !== 'count') {
        throw failure('notEmulated', 'The embedded Cloudflare serves the operator "count" alone.');
      }
      return success({
        run: {
          id: call.ids.uuid(),
          accountId: call.account.id,
          dry: body['dry'] === true,
          status: 'COMPLETED',
        },
        statistics: { elapsed: 0, rows_read: rows.length, bytes_read: 0 },
        calculations: [{ calculation: 'count', aggregates, series: [] }],
      });
    }),
  ],
  behaviours: [
    documented('Invocations are counted of Workers whose logs (`observability`) were on when they answered.'),
    documented('`count` is an estimate: `sampleInterval` tells for how many each kept invocation stands.'),
    observed('A row that lacks a key that is grouped by is left out: an exception has no response status.'),
  ],
};

/** One kept line, by the keys of the dataset. */
const KEYS: Readonly<Record<string, (row: CountedRequests) => string | number | null>> = {
  '$metadata.service': ({ scriptName }) => scriptName,
  '$metadata.type': () => 'cf-worker-event',
  '$workers.scriptName': ({ scriptName }) => scriptName,
  '$workers.scriptVersion.id': ({ versionId }) => versionId,
  '$workers.outcome': ({ outcome }) => outcome,
  '$workers.event.response.status': ({ status }) => status,
};

type Compare = (value: string | number, wanted: Json | undefined) => boolean;

const OPERATIONS: Readonly<Record<string, Compare>> = {
  eq: (value, wanted) => value === wanted,
  neq: (value, wanted) => value !== wanted,
  gt: (value, wanted) => Number(value) > Number(wanted),
  gte: (value, wanted) => Number(value) >= Number(wanted),
  lt: (value, wanted) => Number(value) < Number(wanted),
  lte: (value, wanted) => Number(value) <= Number(wanted),
};

function timeframe(value: Json | undefined): { readonly from: number; readonly to: number } {
  const { from, to } = isObject(value) ? value : {};
  if (typeof from !== 'number' || typeof to !== 'number') {
    throw failure('badBody', 'timeframe needs from and to, milliseconds since 1970.');
  }
  return { from, to };
}

function matcher(filters: Json | undefined): (row: CountedRequests) => boolean {
  const checks = listOf(filters).map((filter) => {
    const { key, operation, value } = isObject(filter) ? filter : {};
    const read = keyOf(key);
    const compare = OPERATIONS[String(operation)];
    if (compare === undefined) {
      throw failure(
        'notEmulated',
        `The embedded Cloudflare does not serve the operation ${JSON.stringify(operation)}.`,
      );
    }
    return (row: CountedRequests): boolean => {
      const found = read(row);
      return found !== null && compare(found, value);
    };
  });
  return (row) => checks.every((check) => check(row));
}

function keysOf(groupBys: Json | undefined): readonly string[] {
  return listOf(groupBys).map((group) => {
    const key = isObject(group) ? String(group['value']) : '';
    keyOf(key);
    return key;
  });
}

function keyOf(key: Json | undefined): (row: CountedRequests) => string | number | null {
  const read = typeof key === 'string' && Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (read === undefined) {
    throw failure('notEmulated', `The embedded Cloudflare does not serve the key ${JSON.stringify(key)}.`);
  }
  return read;
}

function countBy(rows: readonly CountedRequests[], keys: readonly string[]): JsonObject[] {
  const groups = new Map<string, { values: (string | number)[]; kept: number; count: number }>();
  for (const row of rows) {
    const values = keys.map((key) => keyOf(key)(row));
    if (values.includes(null)) continue;
    const name = JSON.stringify(values);
    const group = groups.get(name) ?? { values: values as (string | number)[], kept: 0, count: 0 };
    group.kept += row.kept;
    group.count += row.kept * Math.max(1, row.sampleInterval);
    groups.set(name, group);
  }
  return [...groups.values()].map(({ values, kept, count }) => ({
    count,
    value: count,
    sampleInterval: count / kept,
    interval: count / kept,
    groups: keys.map((key, index) => ({ key, value: values[index] ?? '' })),
  }));
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
