import { failure } from '../../api/errors.ts';
import type { ZoneDocument } from '../../store/model/zones.ts';

/**
 * A route pattern: optional scheme, host inside the zone (a `*` may lead it), optional path (a `*` may end it).
 * @throws 10022
 */
export function checkRoutePattern(pattern: string, zoneName: string): void {
  const match = /^(?:(?:https?|\*):\/\/)?([^/]+)(\/.*)?$/.exec(pattern);
  const host = match?.[1] ?? '';
  const path = match?.[2] ?? '';
  const bare = host.replace(/^\*\.?/, '');
  const inZone = bare === zoneName || bare.endsWith(`.${zoneName}`);
  const starInside = bare.includes('*') || path.slice(0, -1).includes('*');
  if (match === null || !inZone || starInside || pattern.includes('?') || /\s/.test(pattern)) {
    throw failure(
      'badRoutePattern',
      `Invalid route pattern '${pattern.slice(0, 200)}' for zone ${zoneName}.`,
    );
  }
}

/** The zone with the longest name that a pattern's or hostname's host belongs to. */
export function zoneOfHost(pattern: string, zones: readonly ZoneDocument[]): ZoneDocument | undefined {
  const [hostAndPort = ''] = pattern.replace(/^(?:https?|\*):\/\//, '').split('/', 1);
  const host = hostAndPort.replace(/^\*\.?/, '');
  return zones
    .filter((zone) => host === zone.name || host.endsWith(`.${zone.name}`))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}
