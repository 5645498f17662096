import { z } from 'zod';
import type { ReadClient, WriteClient } from './client/calls.ts';
import { path } from './client/path.ts';
import { NO_SUCH_WORKER } from './scripts.ts';
import { anyShape } from './shapes.ts';

/** A route of one Worker. */
export interface LiveRoute {
  readonly pattern: string;
  readonly zoneName: string | null;
  readonly zoneId: string | null;
}

/** A route of a zone, whoever it belongs to; `script` null switches Workers off there. */
export interface ZoneRoute {
  readonly id: string;
  readonly pattern: string;
  readonly script: string | null;
}

/** A wanted route, as the API takes it. */
export interface WantedRoute {
  readonly pattern: string;
  readonly zone_id?: string;
  readonly zone_name?: string;
}

const scriptRoutesShape = z.array(
  z.looseObject({
    pattern: z.string(),
    zone_name: z.string().nullish(),
    zone_id: z.string().nullish(),
  }),
);

/**
 * Routes of a Worker over all zones of the account: one call, where asking every zone costs one each. Null when the
 * API knows no such Worker.
 */
export async function listScriptRoutes(
  reader: ReadClient,
  scriptName: string,
): Promise<readonly LiveRoute[] | null> {
  const found = await reader.find(
    {
      purpose: `read the routes of Worker ${scriptName}`,
      path: path`/accounts/${reader.accountId}/workers/services/${scriptName}/environments/production/routes`,
      query: { show_zonename: true },
      shape: scriptRoutesShape,
    },
    NO_SUCH_WORKER,
  );
  if (found === null) return null;
  return found.map((route) => ({
    pattern: route.pattern,
    zoneName: route.zone_name ?? null,
    zoneId: route.zone_id ?? null,
  }));
}

const zoneRoutesShape = z.array(
  z.looseObject({ id: z.string(), pattern: z.string(), script: z.string().nullish() }),
);

/** All routes of a zone. */
export async function listZoneRoutes(reader: ReadClient, zoneId: string): Promise<readonly ZoneRoute[]> {
  const routes = await reader.read({
    purpose: `list the routes of zone ${zoneId}`,
    path: path`/zones/${zoneId}/workers/routes`,
    shape: zoneRoutesShape,
  });
  return routes.map(({ id, pattern, script }) => ({ id, pattern, script: script ?? null }));
}

/** Replaces the Worker's routes in all zones. Needs route rights on every zone of the account. */
export async function putScriptRoutes(
  writer: WriteClient,
  scriptName: string,
  routes: readonly WantedRoute[],
): Promise<void> {
  await writer.write({
    purpose: `set the routes of Worker ${scriptName}`,
    method: 'put',
    path: path`/accounts/${writer.accountId}/workers/scripts/${scriptName}/routes`,
    body: routes,
    repeat: 'safe',
    shape: anyShape,
    codes: { 10020: 'CONFLICT', 10022: 'CONFIG_INVALID' },
  });
}

/** Adds one route to a zone; for tokens that have rights on some zones only. */
export async function postZoneRoute(
  writer: WriteClient,
  zoneId: string,
  route: { readonly pattern: string; readonly script: string },
): Promise<void> {
  await writer.write({
    purpose: `add route ${route.pattern}`,
    method: 'post',
    path: path`/zones/${zoneId}/workers/routes`,
    body: route,
    repeat: 'never',
    shape: anyShape,
    codes: { 10020: 'CONFLICT', 10022: 'CONFIG_INVALID' },
  });
}

/** Gives a route of a zone to another Worker, in one call: requests find the old one or the new one. */
export async function putZoneRoute(
  writer: WriteClient,
  zoneId: string,
  { id, ...route }: { readonly id: string; readonly pattern: string; readonly script: string },
): Promise<void> {
  await writer.write({
    purpose: `give route ${route.pattern} to Worker ${route.script}`,
    method: 'put',
    path: path`/zones/${zoneId}/workers/routes/${id}`,
    body: route,
    repeat: 'safe',
    shape: anyShape,
    codes: { 10020: 'CONFLICT' },
  });
}

/** Removes a route from a zone. */
export async function deleteZoneRoute(writer: WriteClient, zoneId: string, routeId: string): Promise<void> {
  await writer.write({
    purpose: `remove route ${routeId}`,
    method: 'delete',
    path: path`/zones/${zoneId}/workers/routes/${routeId}`,
    repeat: 'safe',
    shape: anyShape,
  });
}
