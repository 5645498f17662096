import type { WantedRoute, ZoneRoute } from '../../cloudflare/routes.ts';
import { patternHost, zoneCandidates, zoneMissingMessage } from '../../cloudflare/zones.ts';
import type { Route } from '../../resolve/resolved-worker.ts';
import { changeKind } from '../change.ts';
import { compareEntries, type Entries } from '../compare.ts';
import { notLooked, problem, type PreflightOptions, type Problem } from '../problem.ts';
import { defineSection, known, unasked, type Difference, type StepInputs } from '../section.ts';
import type { SectionStep } from '../step.ts';
import type { JsonObject } from '../../json.ts';
import { IN_A_NAMESPACE } from './workers-dev.ts';

/** Zone routes by pattern, with their zone where the file names one. */
export const routes = defineSection<Entries>({
  carrier: 'routes',
  declared: ({ triggers }) => triggers.routes !== undefined,
  desired: ({ worker }) =>
    Object.fromEntries((worker.triggers.routes ?? []).map((route) => [route.pattern, zoneFields(route)])),
  absent: {},
  async read(live) {
    if (live.worker.dispatchNamespace !== null) return unasked(IN_A_NAMESPACE);
    return known(
      Object.fromEntries((await live.routes()).map((route) => [route.pattern, zoneFields(route)])),
    );
  },
  compare: compareWritten,
  owns: ({ triggers }) => triggers.routes !== undefined,
  consequence: (difference) =>
    changeKind(difference) === 'removed'
      ? {
          destructive: true,
          irreversible: false,
          words: `the Worker no longer answers at ${difference.key ?? ''}`,
        }
      : null,
  steps: routeSteps,
  preflight: checkRoutes,
});

interface Zone {
  readonly zoneId?: string | null;
  readonly zoneName?: string | null;
}

/** Zone of a route or domain in the API's names, as far as it is given. */
export function zoneFields({ zoneId, zoneName }: Zone): JsonObject {
  return {
    ...(zoneId === undefined || zoneId === null ? {} : { zone_id: zoneId }),
    ...(zoneName === undefined || zoneName === null ? {} : { zone_name: zoneName }),
  };
}

/** Entries by name, each in the fields that both sides tell: what is not written is found by the API itself. */
export function compareWritten(desired: Entries, actual: Entries): readonly Difference[] {
  return compareEntries(sharedFields(desired, actual), sharedFields(actual, desired));
}

function sharedFields(of: Entries, other: Entries): Entries {
  return Object.fromEntries(
    Object.entries(of).map(([name, fields]) => {
      const counterpart = Object.hasOwn(other, name) ? other[name] : undefined;
      if (counterpart === undefined) return [name, fields];
      const shared = Object.entries(fields).filter(([field]) => Object.hasOwn(counterpart, field));
      return [name, Object.fromEntries(shared)];
    }),
  );
}

/** One zone is enough for the API: its id before its name. */
export function wantedZone({ zoneId, zoneName }: Zone): {
  readonly zone_id?: string;
  readonly zone_name?: string;
} {
  if (zoneId !== null && zoneId !== undefined) return { zone_id: zoneId };
  return zoneName === null || zoneName === undefined ? {} : { zone_name: zoneName };
}

function routeSteps({ worker, live, changes, ignored }: StepInputs): readonly SectionStep[] {
  if (changes.length === 0) return [];
  const toWanted = (route: Pick<Route, 'pattern'> & Zone): WantedRoute => ({
    pattern: route.pattern,
    ...wantedZone(route),
  });
  const before = live.triggers.routes.map(toWanted);
  const wanted = (worker.triggers.routes ?? []).map(toWanted);
  return [
    {
      kind: 'routes',
      before,
      after: [
        ...wanted.filter(({ pattern }) => !ignored.has(pattern)),
        ...before.filter(({ pattern }) => ignored.has(pattern)),
      ],
    },
  ];
}

async function checkRoutes(options: PreflightOptions): Promise<readonly Problem[]> {
  const { reader, account, takeOver, worker } = options;
  const added = options.steps.flatMap((step) =>
    step.kind === 'routes'
      ? step.after.filter(({ pattern }) => !step.before.some((route) => route.pattern === pattern))
      : [],
  );
  const checked = await Promise.all(
    added.map(async (route): Promise<readonly Problem[]> => {
      const zoneId = route.zone_id ?? (await findZoneId(options, route));
      if (zoneId === null) return [noZone(route.pattern)];
      const taken = (await account.zoneRoutes(reader, zoneId)).find(
        ({ pattern, script }) => pattern === route.pattern && script !== worker.scriptName,
      );
      return taken === undefined || takeOver ? [] : [routeTaken(taken)];
    }),
  );
  return checked.flat();
}

/**
 * Those of these patterns or hosts that lie in no zone of the account. A token that may not look, or sees no zone at all,
 * proves nothing: attaching a domain needs no right to see zones. Then it is said that nobody knows, and why.
 */
export async function zonesMissing(
  options: PreflightOptions,
  added: readonly WantedRoute[],
): Promise<readonly Problem[]> {
  const found = await Promise.all(
    added.map(async (route) => ({
      pattern: route.pattern,
      zoneId: route.zone_id ?? (await findZoneId(options, route).catch((error: Error) => error)),
    })),
  );
  const missing = found.some(({ zoneId }) => zoneId === null);
  const sees = missing && (await options.account.seesZones(options.reader).catch(() => false));
  return found.flatMap(({ pattern, zoneId }) => {
    if (zoneId instanceof Error) return [zoneUnknown(pattern, zoneId.message)];
    if (zoneId !== null) return [];
    return [sees ? noZone(pattern) : zoneUnknown(pattern, 'the token sees no zone')];
  });
}

function zoneUnknown(pattern: string, why: string): Problem {
  return notLooked({
    rule: 'zone-unknown',
    path: `routes[${pattern}]`,
    message: `Whether ${pattern} lies in a zone of the account is not known: ${why.replace(/\.$/, '')}.`,
    hint: 'Cloudflare tells when it is attached. A token with Zone Read for the zone tells before anything is written.',
  });
}

async function findZoneId({ reader, account }: PreflightOptions, route: WantedRoute): Promise<string | null> {
  const names =
    route.zone_name === undefined ? zoneCandidates(patternHost(route.pattern)) : [route.zone_name];
  for (const name of names) {
    const zone = await account.zone(reader, name);
    if (zone !== null) return zone.id;
  }
  return null;
}

function noZone(pattern: string): Problem {
  return problem('RESOURCE_MISSING', {
    rule: 'zone-missing',
    path: `routes[${pattern}]`,
    ...zoneMissingMessage(pattern),
  });
}

function routeTaken({ pattern, script }: ZoneRoute): Problem {
  return problem('CONFLICT', {
    rule: 'route-taken',
    path: `routes[${pattern}]`,
    message:
      script === null
        ? `Route ${pattern} exists and switches Workers off there.`
        : `Route ${pattern} belongs to Worker ${script}.`,
    hint: 'Remove it there first.',
  });
}
