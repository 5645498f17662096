import type { ReadClient } from '../../cloudflare/client/calls.ts';
import {
  deleteZoneRoute,
  listScriptRoutes,
  listZoneRoutes,
  postZoneRoute,
  putScriptRoutes,
  type WantedRoute,
} from '../../cloudflare/routes.ts';
import { findZone, patternHost, zoneCandidates, zoneMissingMessage } from '../../cloudflare/zones.ts';
import { CredentialsError, DeployError } from '../../errors.ts';
import { sameNames } from '../compare.ts';
import type { SectionStepContext, SectionStepModule } from '../step.ts';

/** Replaces the Worker's routes over all zones. */
export const routesStep: SectionStepModule<'routes'> = {
  describe: ({ after }) =>
    after.length === 0 ? 'remove all routes' : `set routes ${after.map(({ pattern }) => pattern).join(', ')}`,
  calls: () => 1,
  apply: (step, context) => setRoutes(context, step.before, step.after),
  async holds(step, side, { reader, worker }) {
    const found = await listScriptRoutes(reader, worker.scriptName);
    return found === null ? null : sameNames(patternsOf(found), patternsOf(step[side]));
  },
  async revert(step, context) {
    await setRoutes(context, step.after, step.before);
    return null;
  },
};

function patternsOf(routes: readonly Pick<WantedRoute, 'pattern'>[]): readonly string[] {
  return routes.map(({ pattern }) => pattern);
}

/**
 * One call where the token may edit the routes of every zone of the account; else zone by zone, and only the zones
 * concerned.
 */
async function setRoutes(
  context: SectionStepContext,
  from: readonly WantedRoute[],
  to: readonly WantedRoute[],
): Promise<void> {
  const { writer, worker } = context;
  try {
    await putScriptRoutes(writer, worker.scriptName, to);
  } catch (error) {
    if (!(error instanceof CredentialsError) || error.code !== 'PERMISSION_DENIED') throw error;
    await editZones(context, from, to);
  }
}

async function editZones(
  { reader, writer, worker }: SectionStepContext,
  from: readonly WantedRoute[],
  to: readonly WantedRoute[],
): Promise<void> {
  for (const route of missingFrom(from, to)) {
    const zoneId = await zoneIdOf(reader, route);
    const there = (await listZoneRoutes(reader, zoneId)).some(
      ({ pattern, script }) => pattern === route.pattern && script === worker.scriptName,
    );
    if (!there) await postZoneRoute(writer, zoneId, { pattern: route.pattern, script: worker.scriptName });
  }
  for (const route of missingFrom(to, from)) {
    const zoneId = await zoneIdOf(reader, route);
    const live = (await listZoneRoutes(reader, zoneId)).find(
      ({ pattern, script }) => pattern === route.pattern && script === worker.scriptName,
    );
    if (live !== undefined) await deleteZoneRoute(writer, zoneId, live.id);
  }
}

async function zoneIdOf(reader: ReadClient, route: WantedRoute): Promise<string> {
  if (route.zone_id !== undefined) return route.zone_id;
  const names =
    route.zone_name === undefined ? zoneCandidates(patternHost(route.pattern)) : [route.zone_name];
  for (const name of names) {
    const zone = await findZone(reader, name);
    if (zone !== null) return zone.id;
  }
  const { message, hint } = zoneMissingMessage(route.pattern);
  throw new DeployError('RESOURCE_MISSING', message, { hint });
}

function missingFrom(list: readonly WantedRoute[], of: readonly WantedRoute[]): readonly WantedRoute[] {
  return of.filter(({ pattern }) => !list.some((route) => route.pattern === pattern));
}
