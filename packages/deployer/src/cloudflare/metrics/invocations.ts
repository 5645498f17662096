import { z } from 'zod';
import { DeployError } from '../../errors.ts';
import { parseJson } from '../../json.ts';
import { madeLate } from '../../made-late.ts';
import type { ReadClient } from '../client/calls.ts';
import type { RawAnswer } from '../client/envelope.ts';

/** What one version answered, as it was really seen: of sampled data, not what the samples stand for. */
export interface SeenCounts {
  readonly requests: number;
  readonly errors: number;
}

/** The same for many Workers of the account. */
export interface CountManyQuestion extends Omit<CountQuestion, 'scriptName'> {
  readonly scriptNames: readonly string[];
}

/** What is asked: the requests of one Worker between two times, milliseconds since 1970; the second one is left out. */
export interface CountQuestion {
  readonly scriptName: string;
  readonly from: number;
  readonly to: number;
}

/** Most rows the API gives: a Worker has some for each of its versions and outcomes. */
const MOST_ROWS = 10_000;

/** Source: GraphQL Analytics API, querying Workers metrics. */
const QUERY = `query Invocations($accountTag: string!, $scriptNames: [string!]!, $from: Time!, $to: Time!) {
  viewer {
    accounts(filter: { accountTag: $accountTag }) {
      workersInvocationsAdaptive(
        limit: ${MOST_ROWS}
        filter: { scriptName_in: $scriptNames, datetime_geq: $from, datetime_lt: $to }
      ) {
        dimensions { scriptName scriptVersion status }
        sum { requests errors }
        avg { sampleInterval }
      }
    }
  }
}`;

const rawShape = madeLate(() =>
  z.custom<RawAnswer>((value) => value !== null && typeof value === 'object' && 'bytes' in value),
);

const count = z.number().min(0);

const answerShape = madeLate(() =>
  z.looseObject({
    data: z
      .looseObject({
        viewer: z.looseObject({
          accounts: z.array(
            z.looseObject({
              workersInvocationsAdaptive: z.array(
                z.looseObject({
                  dimensions: z.looseObject({
                    scriptName: z.string(),
                    scriptVersion: z.string(),
                    status: z.string(),
                  }),
                  sum: z.looseObject({ requests: count, errors: count }),
                  avg: z.looseObject({ sampleInterval: z.number().min(1) }),
                }),
              ),
            }),
          ),
        }),
      })
      .nullish(),
    errors: z.array(z.looseObject({ message: z.string() })).nullish(),
  }),
);

/**
 * Requests and errors of each version of one Worker, as {@link readManyInvocations} reads them.
 * @throws ApiError; DeployError API_REFUSED when the query is refused, PERMISSION_DENIED when the token may not ask
 */
export async function readInvocations(
  reader: ReadClient,
  { scriptName, ...window }: CountQuestion,
): Promise<ReadonlyMap<string, SeenCounts>> {
  const all = await readManyInvocations(reader, { scriptNames: [scriptName], ...window });
  return all.get(scriptName) ?? new Map();
}

/**
 * Requests and errors of each version of many Workers, by name and version, from the account's analytics. An error is an
 * invocation that threw or ran out of something; an answer such as 500 that a Worker gives itself is none. Counts are whole
 * one to two minutes later.
 * @throws ApiError; DeployError API_REFUSED when the query is refused, PERMISSION_DENIED when the token may not ask
 */
export async function readManyInvocations(
  reader: ReadClient,
  { scriptNames, from, to }: CountManyQuestion,
): Promise<ReadonlyMap<string, ReadonlyMap<string, SeenCounts>>> {
  const purpose =
    scriptNames.length === 1
      ? `count the requests of Worker ${scriptNames[0] ?? ''}`
      : `count the requests of ${scriptNames.length} Workers`;
  const { bytes } = await reader.ask({
    purpose,
    path: '/graphql',
    // Its answer is not in the envelope of the other endpoints.
    raw: true,
    shape: rawShape(),
    body: {
      query: QUERY,
      variables: {
        accountTag: reader.accountId,
        scriptNames,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
      },
    },
  });
  const parsed = answerShape().safeParse(parseAnswer(bytes, purpose));
  if (!parsed.success) throw unreadable(purpose);
  const { data, errors } = parsed.data;
  const refused = errors?.[0];
  if (refused !== undefined) throw refusal(purpose, refused.message);
  const account = data?.viewer.accounts[0];
  if (account === undefined) throw unreadable(purpose);
  const rows = account.workersInvocationsAdaptive;
  if (rows.length >= MOST_ROWS) throw unreadable(purpose);
  const seen = new Map<string, Map<string, SeenCounts>>();
  for (const { dimensions, sum, avg } of rows) {
    const { scriptName, scriptVersion } = dimensions;
    const versions = seen.get(scriptName) ?? new Map<string, SeenCounts>();
    const known = versions.get(scriptVersion) ?? { requests: 0, errors: 0 };
    const requests = Math.round(sum.requests / avg.sampleInterval);
    versions.set(scriptVersion, {
      requests: known.requests + requests,
      errors: known.errors + Math.min(requests, Math.round(sum.errors / avg.sampleInterval)),
    });
    seen.set(scriptName, versions);
  }
  return seen;
}

function parseAnswer(bytes: Uint8Array, purpose: string) {
  try {
    return parseJson(new TextDecoder().decode(bytes));
  } catch {
    throw unreadable(purpose);
  }
}

function unreadable(purpose: string): DeployError {
  return new DeployError(
    'API_UNREACHABLE',
    `Could not ${purpose}: the answer is not in a form we understand.`,
  );
}

/** Refusals come with HTTP 200. Source: seen on the real API: "not authorized for that account", "authorization denied". */
function refusal(purpose: string, message: string): DeployError {
  const denied = /not authori[sz]ed|authorization denied|does not have (?:the )?(?:access|permission)/i.test(
    message,
  );
  return denied
    ? new DeployError(
        'PERMISSION_DENIED',
        `Could not ${purpose}: the API token may not read the account's analytics.`,
        {
          hint: 'Give the token the permission "Account Analytics Read", or set traffic.metrics to "off".',
        },
      )
    : new DeployError('API_REFUSED', `Could not ${purpose}: ${message.slice(0, 300)}.`);
}
