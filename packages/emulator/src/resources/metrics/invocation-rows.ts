import type { GraphQLResolveInfo, SelectionSetNode } from 'graphql';
import type { Call } from '../../api/endpoint.ts';
import type { CountedRequests } from '../../invocations.ts';

/** What a query asks of the dataset. */
export interface InvocationArguments {
  readonly limit: number;
  readonly filter: {
    readonly datetime_geq?: string;
    readonly datetime_gt?: string;
    readonly datetime_leq?: string;
    readonly datetime_lt?: string;
    readonly scriptName?: string;
    readonly scriptName_in?: readonly string[];
    readonly scriptVersion?: string;
    readonly scriptVersion_in?: readonly string[];
    readonly status?: string;
  };
}

interface Row {
  readonly dimensions: {
    readonly scriptName: string;
    readonly scriptVersion: string;
    readonly status: string;
  };
  readonly sum: { requests: number; errors: number };
  readonly avg: { readonly sampleInterval: number };
}

const MOST_ROWS = 10_000;

/**
 * Rows of the dataset: one for each group of the dimensions that the query selects.
 * @throws Error for a window without a beginning or an end, and a limit that is too large
 */
export function invocationRows(
  call: Call,
  {
    accountId,
    asked: { limit, filter },
    info,
  }: { readonly accountId: string; readonly asked: InvocationArguments; readonly info: object },
): readonly Row[] {
  if (!(limit > 0 && limit <= MOST_ROWS))
    throw new Error(`limit must be positive and not greater than ${MOST_ROWS}`);
  const counted = call.invocations.counted({ accountId, ...windowOf(filter) });
  const wanted = counted.filter((one) => matches(one, filter));
  const by = dimensionsOf(info as GraphQLResolveInfo);
  const rows = new Map<string, Row>();
  for (const one of wanted) {
    const dimensions = {
      scriptName: one.scriptName,
      scriptVersion: one.versionId,
      status: statusOf(one),
    };
    const key = JSON.stringify([by.map((name) => dimensions[name]), one.sampleInterval]);
    const row = rows.get(key) ?? {
      dimensions,
      sum: { requests: 0, errors: 0 },
      avg: { sampleInterval: Math.max(1, one.sampleInterval) },
    };
    const requests = one.kept * Math.max(1, one.sampleInterval);
    row.sum.requests += requests;
    if (one.outcome === 'exception') row.sum.errors += requests;
    rows.set(key, row);
  }
  return [...rows.values()].slice(0, limit);
}

/** How an invocation ended, in the words of the dataset. */
function statusOf({ outcome }: CountedRequests): string {
  return outcome === 'exception' ? 'scriptThrewException' : 'success';
}

function windowOf(filter: InvocationArguments['filter']): { readonly from: number; readonly to: number } {
  const { datetime_geq: atLeast, datetime_gt: after, datetime_leq: atMost, datetime_lt: before } = filter;
  const from = atLeast === undefined ? time(after) + 1 : time(atLeast);
  const to = before === undefined ? time(atMost) + 1 : time(before);
  if (!Number.isFinite(from) || !Number.isFinite(to)) {
    throw new Error('cannot request data without a time range: filter by datetime');
  }
  return { from, to };
}

function time(text: string | undefined): number {
  return text === undefined ? Number.NaN : Date.parse(text);
}

function matches(one: CountedRequests, filter: InvocationArguments['filter']): boolean {
  const { scriptName, scriptName_in: names, scriptVersion, scriptVersion_in: versions, status } = filter;
  return (
    (scriptName ?? one.scriptName) === one.scriptName &&
    (names?.includes(one.scriptName) ?? true) &&
    (scriptVersion ?? one.versionId) === one.versionId &&
    (versions?.includes(one.versionId) ?? true) &&
    (status ?? statusOf(one)) === statusOf(one)
  );
}

const DIMENSIONS = ['scriptName', 'scriptVersion', 'status'] as const;

/** The dimensions that are selected: rows that agree in them are one. */
function dimensionsOf({ fieldNodes, fragments }: GraphQLResolveInfo): readonly (typeof DIMENSIONS)[number][] {
  const names = new Set<string>();
  const walk = (set: SelectionSetNode | undefined, below: boolean): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === 'Field') {
        if (below) names.add(selection.name.value);
        else if (selection.name.value === 'dimensions') walk(selection.selectionSet, true);
      } else if (selection.kind === 'InlineFragment') walk(selection.selectionSet, below);
      else walk(fragments[selection.name.value]?.selectionSet, below);
    }
  };
  for (const { selectionSet } of fieldNodes) walk(selectionSet, false);
  return DIMENSIONS.filter((name) => names.has(name));
}
