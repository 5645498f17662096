import { failure } from '../../api/errors.ts';
import { refuseUnknown } from '../../api/body.ts';
import type { EmailRuleDocument, ZoneDocument } from '../../store/model/zones.ts';
import { zoneOfHost } from './routes.ts';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

/** Matchers and actions of an e-mail routing rule. */
export type EmailRule = Pick<EmailRuleDocument, 'matchers' | 'actions'>;

/** A change that brings a zone's rules to what a Worker wants. */
export interface EmailChange {
  type: 'added' | 'updated' | 'deleted' | 'conflict';
  /** Recipient, or `*@domain` for the catch-all rule. */
  target: string;
  /** The rule that is there now. */
  remote?: EmailRuleDocument;
}

/** What a Worker wants: a rule for each target. */
export type WantedRules = ReadonlyMap<string, EmailRule>;

/** Reads matchers and actions. @throws 2020 */
export function readEmailRule(value: Json | undefined): EmailRule {
  if (!isObject(value)) throw failure('emailBadRule', 'A rule must be an object.');
  return {
    matchers: readList(value, 'matchers', ['type', 'field', 'value']),
    actions: readList(value, 'actions', ['type', 'value']),
  };
}

/** The recipient of a rule: `null` when it matches all. */
export function recipientOf({ matchers }: EmailRule): string | null {
  const [matcher] = matchers;
  return matcher?.['type'] === 'literal' ? String(matcher['value']) : null;
}

/**
 * Changes by zone. Rules another Worker or the dashboard made are conflicts; the Worker's own rules that are not wanted
 * any more are deleted.
 * @throws 2062 for an address outside the account's zones.
 */
export function planEmailRules(
  wanted: WantedRules,
  ownerTag: string,
  zones: readonly { zone: ZoneDocument; rules: readonly EmailRuleDocument[] }[],
): { zone: ZoneDocument; changes: EmailChange[] }[] {
  const changes = new Map(zones.map(({ zone }) => [zone.id, [] as EmailChange[]]));
  for (const [target, rule] of wanted) {
    const domain = target.slice(target.lastIndexOf('@') + 1);
    const zone = zoneOfHost(
      domain,
      zones.map((entry) => entry.zone),
    );
    if (zone === undefined) throw failure('emailUnknownDomain', `Unknown Email Routing domain '${domain}'.`);
    const remote = zones
      .find((entry) => entry.zone === zone)
      ?.rules.find((candidate) => targetOf(candidate, zone) === targetIn(target, zone));
    const change = changeOf(target, rule, remote, ownerTag);
    if (change !== null) changes.get(zone.id)?.push(change);
  }
  for (const { zone, rules } of zones) {
    const kept = new Set([...wanted.keys()].map((target) => targetIn(target, zone)));
    for (const remote of rules) {
      if (remote.ownerWorkerTag === ownerTag && !kept.has(targetOf(remote, zone)))
        changes.get(zone.id)?.push({ type: 'deleted', target: targetOf(remote, zone), remote });
    }
  }
  return zones
    .map(({ zone }) => ({ zone, changes: changes.get(zone.id) ?? [] }))
    .filter((planned) => planned.changes.length > 0);
}

function changeOf(
  target: string,
  rule: EmailRule,
  remote: EmailRuleDocument | undefined,
  ownerTag: string,
): EmailChange | null {
  // A catch-all rule always exists; until somebody sets it, it is switched off and nobody's.
  if (remote === undefined || (recipientOf(remote) === null && !remote.enabled))
    return { type: 'added', target };
  if (remote.ownerWorkerTag !== ownerTag) return { type: 'conflict', target, remote };
  const same = JSON.stringify(remote.actions) === JSON.stringify(rule.actions) && remote.enabled;
  return same ? null : { type: 'updated', target, remote };
}

/** A zone has one catch-all rule, whatever domain of it is named. */
function targetIn(target: string, zone: ZoneDocument): string {
  return target.startsWith('*@') ? `*@${zone.name}` : target;
}

function targetOf(rule: EmailRuleDocument, zone: ZoneDocument): string {
  return recipientOf(rule) ?? `*@${zone.name}`;
}

function readList(rule: JsonObject, field: 'matchers' | 'actions', known: string[]): JsonObject[] {
  const list = rule[field];
  if (!Array.isArray(list) || list.length === 0) throw failure('emailBadRule', `${field} must be a list.`);
  return list.map((item) => {
    if (!isObject(item) || typeof item['type'] !== 'string')
      throw failure('emailBadRule', `An entry of ${field} needs a type.`);
    refuseUnknown(item, known, `${field}[].`);
    return item;
  });
}
