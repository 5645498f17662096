import { failure } from '../../api/errors.ts';
import { optionalString, readObject, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { MAX_DOMAINS_PER_ZONE } from '../../rules/account/limits.ts';
import { zoneOfHost } from '../../rules/triggers/routes.ts';
import { keyOf, scriptKey } from '../../store/documents.ts';
import type { CustomDomainDocument, DnsRecordDocument, ZoneDocument } from '../../store/model/zones.ts';
import type { Reader } from '../../store/store.ts';
import type { JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/workers/domains';

/** Custom domains of an account. */
export const domainResource: Resource = {
  product: 'Routes and custom domains',
  endpoints: [
    endpoint(
      `GET ${BASE}/records`,
      {
        known: 'documentation',
        permission: P.scriptsRead,
        query: ['service', 'environment', 'page', 'per_page'],
      },
      (call) => {
        const { items, info } = paginate(filtered(call, ['service', 'environment']), call, 5, 100);
        return success(items.map(domainToWire), { resultInfo: info });
      },
    ),
    endpoint(
      `GET ${BASE}/records/:domain_id`,
      { known: 'documentation', permission: P.scriptsRead },
      (call) => success(domainToWire(findDomain(call))),
    ),
    endpoint(
      `GET ${BASE}`,
      {
        known: 'documentation',
        permission: P.scriptsRead,
        query: ['environment', 'hostname', 'service', 'zone_id', 'zone_name'],
      },
      (call) =>
        success(
          filtered(call, ['environment', 'hostname', 'service', 'zone_id', 'zone_name']).map(domainToWire),
        ),
    ),
    endpoint(`PUT ${BASE}`, { known: 'documentation', permission: P.scriptsWrite }, async (call) => {
      const body = await readObject(call, ['hostname', 'service', 'zone_id', 'zone_name', 'environment']);
      const hostname = requiredString(body, 'hostname', 'badBody');
      const service = requiredString(body, 'service', 'badBody');
      const domain = call.store.write((tx) => {
        if (tx.get('script', scriptKey(call.account.id, service)) === undefined)
          throw failure('workerNotFound');
        const zone = domainZone(tx, call.account.id, {
          hostname,
          zoneId: optionalString(body, 'zone_id', 'badBody'),
          zoneName: optionalString(body, 'zone_name', 'badBody'),
        });
        const known = domainOf(tx, hostname);
        if (known !== undefined && known.accountId !== call.account.id) throw failure('hostnameInUse');
        if (externalRecord(tx, zone, hostname) !== undefined) throw failure('hostnameHasRecords');
        if (known === undefined) checkDomainRoom(tx, zone);
        const attached = makeDomain(call, zone, { hostname, service, known });
        tx.put('domain', keyOf(call.account.id, attached.id), attached);
        return attached;
      });
      return success(domainToWire(domain));
    }),
    endpoint(`GET ${BASE}/:domain_id`, { known: 'documentation', permission: P.scriptsRead }, (call) =>
      success(domainToWire(findDomain(call))),
    ),
    endpoint(`DELETE ${BASE}/:domain_id`, { known: 'documentation', permission: P.scriptsWrite }, (call) => {
      const { id } = findDomain(call);
      call.store.write((tx) => tx.delete('domain', keyOf(call.account.id, id)));
      return success(null);
    }),
  ],
  behaviours: [],
};

/** The zone of a hostname in an account. @throws 10082 */
export function domainZone(
  reader: Reader,
  accountId: string,
  wanted: { hostname: string; zoneId?: string | undefined; zoneName?: string | undefined },
): ZoneDocument {
  const zones = reader.list('zone').filter((zone) => zone.accountId === accountId);
  const candidates = zones.filter(
    (zone) =>
      (wanted.zoneId === undefined || zone.id === wanted.zoneId) &&
      (wanted.zoneName === undefined || zone.name === wanted.zoneName),
  );
  const zone = zoneOfHost(wanted.hostname, candidates);
  if (zone === undefined || wanted.hostname.includes('*') || wanted.hostname.includes('/')) {
    throw failure('domainZoneMissing', `No zone of the account matches '${wanted.hostname.slice(0, 255)}'.`);
  }
  return zone;
}

/** The custom domain of a hostname, in any account. */
export function domainOf(reader: Reader, hostname: string): CustomDomainDocument | undefined {
  return reader.list('domain').find((domain) => domain.hostname === hostname);
}

/** A DNS record of the hostname that no custom domain made. */
export function externalRecord(
  reader: Reader,
  zone: ZoneDocument,
  hostname: string,
): DnsRecordDocument | undefined {
  return reader.list('dnsRecord', zone.id).find((record) => record.hostname === hostname);
}

/** A custom domain as it will be stored. */
export function makeDomain(
  call: Call,
  zone: ZoneDocument,
  options: {
    hostname: string;
    service: string;
    known: CustomDomainDocument | undefined;
    enabled?: boolean | undefined;
    previewsEnabled?: boolean | undefined;
  },
): CustomDomainDocument {
  return {
    accountId: call.account.id,
    id: options.known?.id ?? call.ids.hex(),
    hostname: options.hostname,
    zoneId: zone.id,
    zoneName: zone.name,
    service: options.service,
    environment: 'production',
    certId: options.known?.certId ?? call.ids.uuid(),
    enabled: options.enabled ?? true,
    previewsEnabled: options.previewsEnabled ?? false,
  };
}

/** A custom domain in the API's form. */
export function domainToWire(domain: CustomDomainDocument): JsonObject {
  return {
    id: domain.id,
    hostname: domain.hostname,
    service: domain.service,
    environment: domain.environment,
    zone_id: domain.zoneId,
    zone_name: domain.zoneName,
    cert_id: domain.certId,
    enabled: domain.enabled,
    previews_enabled: domain.previewsEnabled,
  };
}

function filtered(call: Call, names: string[]): CustomDomainDocument[] {
  return call.store.list('domain', call.account.id).filter((domain) => {
    const wire = domainToWire(domain);
    return names.every((name) => {
      const wanted = call.query.get(name);
      return wanted === null || wire[name] === wanted;
    });
  });
}

/** Refuses another custom domain in a zone that is full. @throws 10021 */
export function checkDomainRoom(reader: Reader, zone: ZoneDocument): void {
  if (domainsOf(reader, zone).length >= MAX_DOMAINS_PER_ZONE) {
    throw failure('zoneLimit', `The zone has ${MAX_DOMAINS_PER_ZONE} custom domains, which is the limit.`);
  }
}

function domainsOf(reader: Reader, zone: ZoneDocument): CustomDomainDocument[] {
  return reader.list('domain', zone.accountId).filter((domain) => domain.zoneId === zone.id);
}

/** @throws 100114 */
function findDomain(call: Call): CustomDomainDocument {
  const domain = call.store.get('domain', keyOf(call.account.id, param(call, 'domain_id')));
  if (domain === undefined) throw failure('domainNotFound');
  return domain;
}
