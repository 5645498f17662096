import { clientSource, documented, observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { OUT_OF_REACH, tokenStatus, permits, reaches } from '../../api/auth.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { BEYOND_LAST_PAGE, paginate, sortBy } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import type { AccountDocument } from '../../store/model/accounts.ts';
import { optional } from '../../wire/scripts.ts';
import type { JsonObject } from '../../json.ts';

/** Who the token is and which accounts it reaches. */
export const identityResource: Resource = {
  product: 'Identity, accounts and zones',
  endpoints: [
    endpoint('GET /user', { known: 'observed', permission: null }, (call) => {
      if (call.token.kind === 'account' || !permits(call.token, P.userRead)) throw failure('unauthorized');
      const { id, email } = call.token.owner;
      return success({
        id,
        email,
        first_name: null,
        last_name: null,
        username: email,
        telephone: null,
        country: null,
        zipcode: null,
        two_factor_authentication_enabled: false,
        two_factor_authentication_locked: false,
        has_pro_zones: false,
        has_business_zones: false,
        has_enterprise_zones: false,
        suspended: false,
        organizations: [],
        betas: [],
      });
    }),
    endpoint('GET /user/tokens/verify', { known: 'observed', permission: null }, (call) => {
      if (call.token.kind !== 'user') throw failure('invalidToken');
      return verified(call);
    }),
    endpoint(
      'GET /accounts/:account_id/tokens/verify',
      { known: 'documentation', permission: null },
      (call) => {
        if (call.token.kind !== 'account') throw failure('invalidToken');
        return verified(call);
      },
    ),
    endpoint(
      'GET /accounts',
      { known: 'observed', permission: null, query: ['page', 'per_page', 'direction', 'name'] },
      (call) => {
        const name = call.query.get('name');
        const accounts = reachable(call).filter((account) => name === null || account.name.includes(name));
        const { items, info } = paginate(
          sortBy(accounts, call.query, ({ name: text }) => text),
          call,
          20,
          50,
        );
        return success(items.map(accountToWire), { resultInfo: info });
      },
    ),
    endpoint('GET /accounts/:account_id', { known: 'documentation', permission: P.accountRead }, (call) =>
      success(accountToWire(call.account)),
    ),
    endpoint(
      'GET /memberships',
      {
        known: 'documentation',
        permission: null,
        query: ['page', 'per_page', 'account.name', 'direction', 'name', 'order', 'status'],
      },
      (call) => {
        if (call.token.kind === 'account' || !permits(call.token, P.membershipsRead))
          throw failure('unauthorized');
        const { items, info } = paginate(reachable(call), call, 20, 50);
        const memberships = items.map((account) => ({
          id: account.id,
          status: 'accepted',
          roles: ['Administrator'],
          permissions: {},
          account: accountToWire(account),
        }));
        return success(memberships, { resultInfo: info });
      },
    ),
    endpoint(
      'GET /zones',
      {
        known: 'observed',
        permission: P.zoneRead,
        query: [
          'page',
          'per_page',
          'name',
          'account.id',
          'account.name',
          'direction',
          'match',
          'order',
          'status',
          'type',
        ],
      },
      (call) => {
        const name = call.query.get('name');
        const account = call.query.get('account.id');
        const zones = call.store
          .list('zone')
          .filter((zone) => reaches(call.token, zone.accountId))
          .filter(
            (zone) =>
              (name === null || zone.name === name) && (account === null || zone.accountId === account),
          );
        const { items, info } = paginate(
          sortBy(zones, call.query, (zone) => zone.name),
          call,
          20,
          50,
        );
        return success(
          items.map((zone) => zoneToWire(call, zone.id)),
          { resultInfo: info },
        );
      },
    ),
    endpoint('GET /zones/:zone_id', { known: 'documentation', permission: P.zoneRead }, (call) =>
      success(zoneToWire(call, param(call, 'zone_id'))),
    ),
  ],
  behaviours: [
    clientSource('No credentials: 9106 with HTTP 400.'),
    observed('A malformed Authorization header: 6003 with 6111 chained.'),
    observed('An unknown token, or one without the permission: 10000 with HTTP 403.'),
    clientSource(
      '`/user/tokens/verify` with an account-owned token: 1000; wrangler tells the two kinds apart by it.',
    ),
    clientSource('`GET /user` without user permission: 9109.'),
    observed('A malformed account or zone id in the path: 7003.'),
    OUT_OF_REACH,
    documented(
      '1,200 requests per 5 minutes and token, then 429 for five minutes; `Ratelimit`, `Ratelimit-Policy`, `retry-after`.',
    ),
    observed('The code of a 429 is 971.'),
    BEYOND_LAST_PAGE,
  ],
};

function verified(call: Call): Response {
  const { id, expiresOn, notBefore } = call.token;
  return success(
    {
      id,
      status: tokenStatus(call.token, call.clock),
      ...optional('expires_on', expiresOn),
      ...optional('not_before', notBefore),
    },
    { messages: [{ code: 10000, message: 'This API Token is valid and active' }] },
  );
}

function reachable(call: Call): AccountDocument[] {
  return call.store.list('account').filter((account) => reaches(call.token, account.id));
}

function accountToWire(account: AccountDocument): JsonObject {
  return {
    id: account.id,
    name: account.name,
    type: 'standard',
    created_on: account.createdOn,
    settings: { enforce_twofactor: false },
  };
}

function zoneToWire(call: Call, id: string): JsonObject {
  const zone = call.store.get('zone', id);
  if (zone === undefined) throw failure('noRoute');
  return {
    id: zone.id,
    name: zone.name,
    status: 'active',
    type: 'full',
    paused: false,
    development_mode: 0,
    account: { id: zone.accountId, name: call.store.get('account', zone.accountId)?.name ?? '' },
    owner: { id: zone.accountId, name: zone.name, type: 'user' },
    meta: {
      cdn_only: false,
      dns_only: false,
      foundation_dns: false,
      page_rule_quota: 3,
      phishing_detected: false,
      step: 4,
    },
    plan: {
      id: '0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee',
      name: 'Free Website',
      price: 0,
      currency: 'USD',
      is_subscribed: false,
    },
    name_servers: ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com'],
    original_name_servers: [],
    original_registrar: null,
    original_dnshost: null,
    permissions: ['#zone:read', '#worker:edit'],
    created_on: zone.createdOn,
    modified_on: zone.createdOn,
    activated_on: zone.createdOn,
  };
}
