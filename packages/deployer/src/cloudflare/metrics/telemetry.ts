import { z } from 'zod';
import { madeLate } from '../../made-late.ts';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import type { ReadClient } from '../client/calls.ts';
import { path } from '../client/path.ts';
import type { CountQuestion, SeenCounts } from './invocations.ts';

/** Groups of one window: two versions and a handful of outcomes. */
const MOST_GROUPS = 1_000;

const VERSION = '$workers.scriptVersion.id';
const OUTCOME = '$workers.outcome';
const STATUS = '$workers.event.response.status';

/** How invocations end that did not fail: the Worker answered, or its visitor left. */
const WELL: ReadonlySet<string> = new Set(['ok', 'canceled', 'responseStreamDisconnected']);

const resultShape = madeLate(() =>
  z.looseObject({
    calculations: z
      .array(
        z.looseObject({
          aggregates: z.array(
            z.looseObject({
              count: z.number().min(0),
              sampleInterval: z.number().min(1).optional(),
              interval: z.number().optional(),
              groups: z
                .array(
                  z.looseObject({ key: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }),
                )
                .optional(),
            }),
          ),
        }),
      )
      .min(1),
  }),
);

type Aggregate = z.output<ReturnType<typeof resultShape>>['calculations'][number]['aggregates'][number];

/** Whether Cloudflare keeps a log line of every invocation of the Worker, as its settings say. */
export function keepsInvocations(settings: JsonObject): boolean {
  const observability: Json | undefined = settings['observability'];
  if (!isObject(observability) || observability['enabled'] !== true) return false;
  const { logs } = observability;
  return !isObject(logs) || (logs['enabled'] !== false && logs['invocation_logs'] !== false);
}

/**
 * Requests and errors of each version, from the Worker's kept logs: what threw or ran out of something, and what the Worker
 * answered itself with 500 and above.
 * @throws ApiError, DeployError PERMISSION_DENIED without "Workers Observability Write"
 */
export async function readTelemetry(
  reader: ReadClient,
  question: CountQuestion,
): Promise<ReadonlyMap<string, SeenCounts>> {
  const byOutcome = await groups(reader, question, { by: [VERSION, OUTCOME], filters: [] });
  // Asked for itself: an invocation without an answer has no status, and would fall out of a grouping by it.
  const answeredBadly = await groups(reader, question, {
    by: [VERSION],
    filters: [filter(OUTCOME, 'eq', 'ok'), filter(STATUS, 'gte', 500)],
  });
  const seen = new Map<string, SeenCounts>();
  const add = (aggregate: Aggregate, part: (count: number) => SeenCounts): void => {
    const version = groupOf(aggregate, VERSION);
    const known = seen.get(version) ?? { requests: 0, errors: 0 };
    const more = part(reallySeen(aggregate));
    seen.set(version, { requests: known.requests + more.requests, errors: known.errors + more.errors });
  };
  for (const aggregate of byOutcome) {
    const failed = !WELL.has(groupOf(aggregate, OUTCOME));
    add(aggregate, (count) => ({ requests: count, errors: failed ? count : 0 }));
  }
  for (const aggregate of answeredBadly) add(aggregate, (count) => ({ requests: 0, errors: count }));
  // A line that came between the two questions.
  return new Map(
    [...seen].map(([version, { requests, errors }]) => [
      version,
      { requests, errors: Math.min(requests, errors) },
    ]),
  );
}

function groups(
  reader: ReadClient,
  { scriptName, from, to }: CountQuestion,
  { by, filters }: { readonly by: readonly string[]; readonly filters: readonly object[] },
): Promise<readonly Aggregate[]> {
  return reader
    .ask({
      purpose: `count the requests of Worker ${scriptName} in its logs`,
      path: path`/accounts/${reader.accountId}/workers/observability/telemetry/query`,
      shape: resultShape(),
      body: {
        queryId: 'requests-by-version',
        timeframe: { from, to },
        view: 'calculations',
        dry: true,
        ignoreSeries: true,
        limit: MOST_GROUPS,
        parameters: {
          datasets: ['cloudflare-workers'],
          filters: [
            filter('$metadata.service', 'eq', scriptName),
            // One for each invocation, beside the lines it wrote.
            filter('$metadata.type', 'eq', 'cf-worker-event'),
            ...filters,
          ],
          calculations: [{ operator: 'count' }],
          groupBys: by.map((value) => ({ type: 'string', value })),
          limit: MOST_GROUPS,
        },
      },
    })
    .then(({ calculations }) => calculations[0]?.aggregates ?? []);
}

function filter(key: string, operation: 'eq' | 'gte', value: string | number): object {
  return { key, operation, type: typeof value, value };
}

function groupOf({ groups: found = [] }: Aggregate, key: string): string {
  return String(found.find((group) => group.key === key)?.value ?? '');
}

/** `count` stands for what was not kept too. */
function reallySeen({ count, sampleInterval, interval }: Aggregate): number {
  return Math.round(count / Math.max(1, sampleInterval ?? interval ?? 1));
}
