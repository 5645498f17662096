import { assumedCode, clientSource, documented, observed } from '../../api/behaviour.ts';
import { ApiFailure, failure } from '../../api/errors.ts';
import { optionalString, readJson, readObject, refuseUnknown, requiredString } from '../../api/body.ts';
import { permits } from '../../api/auth.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { checkRoutePattern, zoneOfHost } from '../../rules/triggers/routes.ts';
import { MAX_ROUTES_PER_ZONE } from '../../rules/account/limits.ts';
import { keyOf, scriptKey } from '../../store/documents.ts';
import type { ScriptDocument } from '../../store/model/scripts.ts';
import type { RouteDocument, ZoneDocument } from '../../store/model/zones.ts';
import type { Reader } from '../../store/store.ts';
import { findScript } from '../scripts/find.ts';
import { isObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';

const ZONE = '/zones/:zone_id/workers/routes';

/** Routes of zones, and the whole list of one Worker. */
export const routeResource: Resource = {
  product: 'Routes and custom domains',
  endpoints: [
    endpoint(`GET ${ZONE}`, { known: 'observed', permission: P.routesRead }, (call) =>
      success(call.store.list('route', call.zone.id).map(toWire)),
    ),
    endpoint(`POST ${ZONE}`, { known: 'observed', permission: P.routesWrite }, async (call) => {
      const { pattern, script } = await readRoute(call);
      return success(toWire(putRoute(call, { zoneId: call.zone.id, id: call.ids.hex(), pattern, script })));
    }),
    endpoint(`GET ${ZONE}/:route_id`, { known: 'documentation', permission: P.routesRead }, (call) =>
      success(toWire(findRoute(call))),
    ),
    endpoint(`PUT ${ZONE}/:route_id`, { known: 'documentation', permission: P.routesWrite }, async (call) => {
      const { id, zoneId } = findRoute(call);
      const { pattern, script } = await readRoute(call);
      return success(toWire(putRoute(call, { zoneId, id, pattern, script })));
    }),
    endpoint(`DELETE ${ZONE}/:route_id`, { known: 'documentation', permission: P.routesWrite }, (call) => {
      const { id, zoneId } = findRoute(call);
      call.store.write((tx) => tx.delete('route', keyOf(zoneId, id)));
      return success({ id });
    }),
    endpoint(
      'PUT /accounts/:account_id/workers/scripts/:script_name/routes',
      { known: 'observed', permission: P.scriptsWrite },
      replaceRoutes,
    ),
  ],
  behaviours: [
    observed(
      'A pattern of any Worker cannot be taken twice: 10020. A pattern outside the zone: 10022. No such script: 10019.',
    ),
    clientSource(
      '`PUT scripts/{name}/routes` replaces the Worker’s routes in all zones; without rights to routes: 10000.',
    ),
    observed(
      'A hostname with foreign DNS records: 100117; in use elsewhere: 100116; outside all zones: 10082.',
    ),
    documented('1,000 routes and 100 custom domains a zone.'),
    assumedCode('zone-limit-code', 'The code of these two limits: 10021.', 'zoneLimit', [403, 10037]),
    clientSource(
      'The changeset shows a domain of another Worker under `updated`; the records PUT takes it over when told to.',
    ),
  ],
};

/** Routes of a Worker over all zones of its account. */
export function scriptRoutes(reader: Reader, script: ScriptDocument): JsonObject[] {
  return zonesOf(reader, script.accountId).flatMap((zone) =>
    reader
      .list('route', zone.id)
      .filter((route) => route.script === script.name)
      .map((route) => ({ ...toWire(route), zone_id: zone.id, zone_name: zone.name })),
  );
}

async function readRoute(call: Call): Promise<{ pattern: string; script: string | null }> {
  const body = await readObject(call, ['pattern', 'script', 'id', 'request_limit_fail_open']);
  const pattern = requiredString(body, 'pattern', 'badRoutePattern');
  return { pattern, script: optionalString(body, 'script', 'badBody') ?? null };
}

/** @throws 10022 bad pattern, 10019 no such script, 10020 pattern taken. */
function putRoute(call: Call, route: RouteDocument): RouteDocument {
  return call.store.write((tx) => {
    checkRoutePattern(route.pattern, call.zone.name);
    if (
      route.script !== null &&
      tx.get('script', scriptKey(call.zone.accountId, route.script)) === undefined
    ) {
      throw failure('routeScriptMissing');
    }
    const others = tx.list('route', route.zoneId).filter((other) => other.id !== route.id);
    if (others.some((other) => other.pattern === route.pattern)) throw duplicate(route.pattern);
    if (others.length >= MAX_ROUTES_PER_ZONE) throw tooManyRoutes();
    tx.put('route', keyOf(route.zoneId, route.id), route);
    return route;
  });
}

/**
 * Replaces all routes of a Worker.
 * @throws 10000 when the token may not edit routes of every zone, 10022, 10020.
 */
async function replaceRoutes(call: Call): Promise<Response> {
  const script = findScript(call);
  const body = await readJson(call);
  if (!Array.isArray(body)) throw failure('badBody', 'The body must be an array of routes.');
  if (!permits(call.token, P.routesWrite)) throw failure('authentication');
  const wanted = body.map((item) => {
    if (!isObject(item)) throw failure('badBody', 'A route must be an object.');
    refuseUnknown(item, ['pattern', 'zone_id', 'zone_name', 'custom_domain']);
    return {
      pattern: requiredString(item, 'pattern', 'badRoutePattern'),
      zoneId: optionalString(item, 'zone_id', 'badBody'),
      zoneName: optionalString(item, 'zone_name', 'badBody'),
    };
  });
  call.store.write((tx) => {
    const zones = zonesOf(tx, call.account.id);
    const patterns = new Set<string>();
    for (const { pattern, zoneId, zoneName } of wanted) {
      const zone = zones.find((candidate) =>
        zoneId === undefined
          ? candidate.name === (zoneName ?? candidate.name) && matches(candidate, pattern, zones)
          : candidate.id === zoneId,
      );
      if (zone === undefined)
        throw failure('badRoutePattern', `No zone of the account matches '${pattern}'.`);
      checkRoutePattern(pattern, zone.name);
      const taken = tx.list('route', zone.id).find((route) => route.pattern === pattern);
      if (patterns.has(pattern) || (taken !== undefined && taken.script !== script.name))
        throw duplicate(pattern);
      patterns.add(pattern);
      const id = taken?.id ?? call.ids.hex();
      tx.put('route', keyOf(zone.id, id), { zoneId: zone.id, id, pattern, script: script.name });
    }
    for (const zone of zones) {
      for (const route of tx.list('route', zone.id)) {
        if (route.script === script.name && !patterns.has(route.pattern))
          tx.delete('route', keyOf(zone.id, route.id));
      }
      if (tx.list('route', zone.id).length > MAX_ROUTES_PER_ZONE) throw tooManyRoutes();
    }
  });
  return success(scriptRoutes(call.store, script).map((route) => ({ ...route, script: script.name })));
}

function matches(zone: ZoneDocument, pattern: string, zones: ZoneDocument[]): boolean {
  return zoneOfHost(pattern, zones)?.id === zone.id;
}

function zonesOf(reader: Reader, accountId: string): ZoneDocument[] {
  return reader.list('zone').filter((zone) => zone.accountId === accountId);
}

function tooManyRoutes(): ApiFailure {
  return failure('zoneLimit', `The zone has more than ${MAX_ROUTES_PER_ZONE} routes.`);
}

function duplicate(pattern: string): ApiFailure {
  return failure('routeTaken', `A route with the same pattern already exists: ${pattern}`);
}

/** @throws 10009 */
function findRoute(call: Call): RouteDocument {
  const route = call.store.get('route', keyOf(call.zone.id, param(call, 'route_id')));
  if (route === undefined) throw failure('routeNotFound');
  return route;
}

function toWire({ id, pattern, script }: RouteDocument): JsonObject {
  return { id, pattern, ...(script === null ? {} : { script }) };
}
