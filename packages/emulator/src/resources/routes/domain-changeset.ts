import { failure } from '../../api/errors.ts';
import { optionalString, readJson, readObject, refuseUnknown, requiredString } from '../../api/body.ts';
import { endpoint } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { keyOf } from '../../store/documents.ts';
import type { CustomDomainDocument, DnsRecordDocument, ZoneDocument } from '../../store/model/zones.ts';
import type { Reader } from '../../store/store.ts';
import {
  checkDomainRoom,
  domainOf,
  domainToWire,
  domainZone,
  externalRecord,
  makeDomain,
} from './domains.ts';
import { findScript } from '../scripts/find.ts';
import { isObject } from '../../json.ts';
import type { Json } from '../../json.ts';

const BASE = '/accounts/:account_id/workers/scripts/:script_name/domains';

/** Custom domains of one Worker as a whole list: what would change, and the change. wrangler uses these. */
export const domainChangesetResource: Resource = {
  product: 'Routes and custom domains',
  endpoints: [
    endpoint(
      `POST ${BASE}/changeset`,
      { known: 'observed', permission: P.scriptsWrite, query: ['replace_state'] },
      async (call) => {
        const script = findScript(call);
        const origins = readOrigins(await readJson(call));
        const plan = planDomains(call, call.store, origins);
        const removed =
          call.query.get('replace_state') === 'true' ? unlisted(call.store, call, origins, script.name) : [];
        return success({
          added: plan.filter(({ known }) => known === undefined).map(({ domain }) => domainToWire(domain)),
          removed: removed.map(domainToWire),
          updated: plan
            .filter(({ known }) => known !== undefined)
            .map(({ known, domain }) => ({
              ...domainToWire(known ?? domain),
              modified: known?.service !== domain.service || known.enabled !== domain.enabled,
            })),
          conflicting: plan
            .filter(({ record }) => record !== undefined)
            .map(({ domain, record }) => ({
              ...domainToWire(domain),
              external_dns_record_id: record?.id ?? null,
            })),
        });
      },
    ),
    endpoint(`PUT ${BASE}/records`, { known: 'observed', permission: P.scriptsWrite }, async (call) => {
      const script = findScript(call);
      const body = await readObject(call, [
        'override_scope',
        'override_existing_origin',
        'override_existing_dns_record',
        'origins',
      ]);
      const origins = readOrigins(body['origins']);
      call.store.write((tx) => {
        const plan = planDomains(call, tx, origins);
        for (const { known, record, domain, zone } of plan) {
          if (
            known !== undefined &&
            known.service !== script.name &&
            body['override_existing_origin'] !== true
          ) {
            throw failure(
              'hostnameInUse',
              `Hostname '${domain.hostname}' is already in use by another Worker.`,
            );
          }
          if (record !== undefined) {
            if (body['override_existing_dns_record'] !== true) throw failure('hostnameHasRecords');
            tx.delete('dnsRecord', keyOf(zone.id, record.id));
          }
          if (known === undefined) checkDomainRoom(tx, zone);
          tx.put('domain', keyOf(call.account.id, domain.id), domain);
        }
        if (body['override_scope'] === true) {
          for (const domain of unlisted(tx, call, origins, script.name)) {
            tx.delete('domain', keyOf(call.account.id, domain.id));
          }
        }
      });
      return success({});
    }),
  ],
  behaviours: [],
};

interface Origin {
  hostname: string;
  zoneId: string | undefined;
  zoneName: string | undefined;
  enabled: boolean | undefined;
  previewsEnabled: boolean | undefined;
}

interface PlannedDomain {
  zone: ZoneDocument;
  known: CustomDomainDocument | undefined;
  record: DnsRecordDocument | undefined;
  domain: CustomDomainDocument;
}

/** @throws 10082 for a hostname outside the account's zones, 100116 for one another account uses. */
function planDomains(call: Call, reader: Reader, origins: Origin[]): PlannedDomain[] {
  const service = findScript(call).name;
  return origins.map((origin) => {
    const zone = domainZone(reader, call.account.id, origin);
    const known = domainOf(reader, origin.hostname);
    if (known !== undefined && known.accountId !== call.account.id) throw failure('hostnameInUse');
    const record = externalRecord(reader, zone, origin.hostname);
    return { zone, known, record, domain: makeDomain(call, zone, { ...origin, service, known }) };
  });
}

function unlisted(reader: Reader, call: Call, origins: Origin[], service: string): CustomDomainDocument[] {
  const hostnames = new Set(origins.map(({ hostname }) => hostname));
  return reader
    .list('domain', call.account.id)
    .filter((domain) => domain.service === service && !hostnames.has(domain.hostname));
}

function readOrigins(value: Json | undefined): Origin[] {
  if (!Array.isArray(value)) throw failure('badBody', 'Expected an array of origins.');
  return value.map((item) => {
    if (!isObject(item)) throw failure('badBody', 'An origin must be an object.');
    refuseUnknown(item, ['hostname', 'zone_id', 'zone_name', 'enabled', 'previews_enabled']);
    const flag = (name: string): boolean | undefined => {
      const flagValue = item[name];
      if (flagValue !== undefined && typeof flagValue !== 'boolean')
        throw failure('badBody', `${name} must be a boolean.`);
      return flagValue;
    };
    return {
      hostname: requiredString(item, 'hostname', 'badBody'),
      zoneId: optionalString(item, 'zone_id', 'badBody'),
      zoneName: optionalString(item, 'zone_name', 'badBody'),
      enabled: flag('enabled'),
      previewsEnabled: flag('previews_enabled'),
    };
  });
}
