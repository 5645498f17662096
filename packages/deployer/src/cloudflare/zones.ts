import { z } from 'zod';
import type { ReadClient } from './client/calls.ts';

const zonesShape = z.array(z.looseObject({ id: z.string(), name: z.string() }));

/** A zone of the account, by its exact name; null when there is none. */
export async function findZone(
  reader: ReadClient,
  name: string,
): Promise<{ readonly id: string; readonly name: string } | null> {
  const zones = await reader.read({
    purpose: `look up zone ${name}`,
    path: '/zones',
    query: { name, 'account.id': reader.accountId },
    shape: zonesShape,
  });
  const zone = zones.find((candidate) => candidate.name === name);
  return zone === undefined ? null : { id: zone.id, name: zone.name };
}

const idsShape = z.array(z.looseObject({ id: z.string() }));

/** Whether the token sees any zone of the account: one that may see none is told of an empty list, not of a refusal. */
export async function seesZones(reader: ReadClient): Promise<boolean> {
  const zones = await reader.read({
    purpose: 'list the zones of the account',
    path: '/zones',
    query: { 'account.id': reader.accountId, per_page: 5 },
    shape: idsShape,
  });
  return zones.length > 0;
}

/** What to say where no zone was found: a list has only those that its token may see. */
export function zoneMissingMessage(pattern: string): { readonly message: string; readonly hint: string } {
  return {
    message: `No zone of the account that this token may see holds ${pattern}.`,
    hint: 'Add the zone to this account, correct the pattern or zone_name, or give the token Zone Read of it.',
  };
}

/** Names a zone of this host may have, longest first: `a.b.example.com` → itself, `b.example.com`, `example.com`. */
export function zoneCandidates(host: string): readonly string[] {
  const labels = host.replace(/^\*\.?/, '').split('.');
  return labels.slice(0, -1).map((_label, index) => labels.slice(index).join('.'));
}

/** Host of a route pattern: `*.example.com/api/*` → `*.example.com`. */
export function patternHost(pattern: string): string {
  return pattern.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}
