import { assumed, assumedCode, clientSource, documented } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readObject, refuseUnknown, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { planEmailRules, readEmailRule, recipientOf } from '../../rules/triggers/email-rules.ts';
import type { EmailRule } from '../../rules/triggers/email-rules.ts';
import { keyOf } from '../../store/documents.ts';
import type { ScriptDocument } from '../../store/model/scripts.ts';
import type { EmailRuleDocument } from '../../store/model/zones.ts';
import { isObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';

const ZONE = '/zones/:zone_id/email/routing/rules';
const FIELDS = ['matchers', 'actions', 'enabled', 'name', 'priority', 'source', 'owner_worker_tag'];
const EVERY_ZONE_HAS_ROUTING = assumed(
  'email-routing-everywhere',
  'Every zone of the account has e-mail routing.',
  'No zone has it, so that every address is outside of it: 2062.',
);
/** Id of a zone's catch-all rule. */
const CATCH_ALL = 'catch_all';

/** E-mail routing rules, as far as deploying a Worker with `addresses` needs them. No mail is delivered. */
export const emailRoutingResource: Resource = {
  product: 'E-mail routing',
  endpoints: [
    endpoint(
      'POST /accounts/:account_id/email/routing/rules/plan',
      { known: 'observed', permission: P.emailRulesRead },
      planRules,
    ),
    endpoint(
      `GET ${ZONE}`,
      { known: 'client source', permission: P.emailRulesRead, query: ['page', 'per_page'] },
      (call) => {
        const rules = call.store.list('emailRule', call.zone.id).filter(({ id }) => id !== CATCH_ALL);
        const { items, info } = paginate(rules, call, 20, 100);
        return success(items.map(toWire), { resultInfo: info });
      },
    ),
    endpoint(`POST ${ZONE}`, { known: 'observed', permission: P.emailRulesWrite }, async (call) => {
      const rule = { ...(await readRule(call)), zoneId: call.zone.id, id: call.ids.hex() };
      return success(toWire(putRule(call, rule)));
    }),
    endpoint(`GET ${ZONE}/${CATCH_ALL}`, { known: 'client source', permission: P.emailRulesRead }, (call) =>
      success(toWire(call.store.get('emailRule', keyOf(call.zone.id, CATCH_ALL)) ?? unsetCatchAll(call))),
    ),
    endpoint(
      `PUT ${ZONE}/${CATCH_ALL}`,
      { known: 'observed', permission: P.emailRulesWrite },
      async (call) => {
        const rule = { ...(await readRule(call)), zoneId: call.zone.id, id: CATCH_ALL };
        return success(toWire(putRule(call, rule)));
      },
    ),
    endpoint(
      `PUT ${ZONE}/:rule_id`,
      { known: 'client source', permission: P.emailRulesWrite },
      async (call) => {
        const { id } = findRule(call);
        return success(toWire(putRule(call, { ...(await readRule(call)), zoneId: call.zone.id, id })));
      },
    ),
    endpoint(`DELETE ${ZONE}/:rule_id`, { known: 'client source', permission: P.emailRulesWrite }, (call) => {
      const rule = findRule(call);
      call.store.write((tx) => tx.delete('emailRule', keyOf(call.zone.id, rule.id)));
      return success(toWire(rule));
    }),
  ],
  behaviours: [
    clientSource(
      'The plan compares wanted rules with the zone’s: added, updated, deleted, or conflict with others’ rules.',
    ),
    clientSource('A tag of no Worker: 2016.'),
    documented('An address outside the account’s zones: 2062.'),
    assumedCode('email-bad-rule-code', 'Malformed rules: 2020 with HTTP 422.', 'emailBadRule', [400, 2020]),
    EVERY_ZONE_HAS_ROUTING,
    documented('No mail is delivered here.'),
  ],
};

/** @throws 2016 no Worker with that tag, 2062 unknown domain, 2020 malformed or duplicate rules. */
async function planRules(call: Call): Promise<Response> {
  const body = await readObject(call, ['owner_worker_tag', 'rules', 'catch_all_rules'], 'emailBadRule');
  const tag = requiredString(body, 'owner_worker_tag', 'emailBadRule');
  const scripts = call.store.list('script', call.account.id);
  if (!scripts.some((script) => script.tag === tag)) throw failure('emailWorkerNotFound');
  const wanted = new Map<string, EmailRule>();
  const want = (target: string, rule: EmailRule): void => {
    if (wanted.has(target)) throw failure('emailBadRule', `There are two rules for '${target}'.`);
    wanted.set(target, rule);
  };
  for (const item of listOf(body, 'rules')) {
    refuseUnknown(item, ['matchers', 'actions'], 'rules[].');
    const rule = readEmailRule(item);
    const recipient = recipientOf(rule);
    if (recipient === null) throw failure('emailBadRule', 'A rule needs a literal recipient.');
    want(recipient, rule);
  }
  for (const item of listOf(body, 'catch_all_rules')) {
    refuseUnknown(item, ['target', 'rule'], 'catch_all_rules[].');
    want(requiredString(item, 'target', 'emailBadRule'), readEmailRule(item['rule']));
  }
  const zones = call.store
    .list('zone')
    .filter(({ accountId }) => accountId === call.account.id && call.assumptions.hold(EVERY_ZONE_HAS_ROUTING))
    .map((zone) => ({ zone, rules: call.store.list('emailRule', zone.id) }));
  const plan = planEmailRules(wanted, tag, zones);
  return success({
    zones: plan.map(({ zone, changes }) => ({
      zone_id: zone.id,
      zone_name: zone.name,
      changes: changes.map(({ type, target, remote }) => ({
        type,
        target,
        ...(remote === undefined ? {} : { remote: { ...toWire(remote), ...ownerName(remote, scripts) } }),
      })),
    })),
  });
}

function ownerName(rule: EmailRuleDocument, scripts: ScriptDocument[]): JsonObject {
  const owner = scripts.find(({ tag }) => tag === rule.ownerWorkerTag);
  return owner === undefined ? {} : { owner_worker_name: owner.name };
}

function listOf(body: JsonObject, field: string): JsonObject[] {
  const list = body[field] ?? [];
  if (!Array.isArray(list) || !list.every(isObject))
    throw failure('emailBadRule', `${field} must be a list of rules.`);
  return list;
}

async function readRule(call: Call): Promise<Omit<EmailRuleDocument, 'zoneId' | 'id'>> {
  const body = await readObject(call, FIELDS, 'emailBadRule');
  const { enabled = true, name = '', source = 'api', owner_worker_tag: tag } = body;
  if (typeof enabled !== 'boolean') throw failure('emailBadRule', 'enabled must be a boolean.');
  return {
    ...readEmailRule(body),
    enabled,
    name: String(name),
    source: String(source),
    ownerWorkerTag: typeof tag === 'string' ? tag : null,
  };
}

function putRule(call: Call, rule: EmailRuleDocument): EmailRuleDocument {
  call.store.write((tx) => tx.put('emailRule', keyOf(rule.zoneId, rule.id), rule));
  return rule;
}

function findRule(call: Call): EmailRuleDocument {
  const rule = call.store.get('emailRule', keyOf(call.zone.id, param(call, 'rule_id')));
  if (rule === undefined) throw failure('emailRuleNotFound');
  return rule;
}

function unsetCatchAll(call: Call): EmailRuleDocument {
  const nothing = { matchers: [{ type: 'all' }], actions: [{ type: 'drop' }], enabled: false, name: '' };
  return { ...nothing, zoneId: call.zone.id, id: CATCH_ALL, source: 'api', ownerWorkerTag: null };
}

function toWire(rule: EmailRuleDocument): JsonObject {
  return {
    id: rule.id,
    tag: rule.id,
    name: rule.name,
    enabled: rule.enabled,
    matchers: rule.matchers,
    actions: rule.actions,
    source: rule.source,
    ...(rule.ownerWorkerTag === null ? {} : { owner_worker_tag: rule.ownerWorkerTag }),
  };
}
