import type { JsonObject } from '../../json.ts';

/*
 * Zones and what is in them. Plain JSON-serialisable documents: resources/ writes them, runtime/ only reads them. Field names are
 * ours; each resource turns them into the API's wire form. Times are ISO 8601 in UTC, sizes bytes.
 */

/** A zone of an account. */
export interface ZoneDocument {
  id: string;
  accountId: string;
  name: string;
  createdOn: string;
}

/** A route; without a script it switches the others off. */
export interface RouteDocument {
  zoneId: string;
  id: string;
  pattern: string;
  script: string | null;
}

/** A host that is a Worker’s own. */
export interface CustomDomainDocument {
  accountId: string;
  id: string;
  hostname: string;
  zoneId: string;
  zoneName: string;
  service: string;
  environment: string;
  certId: string;
  enabled: boolean;
  previewsEnabled: boolean;
}

/** A DNS record that was not made by a custom domain: attaching a domain over it is a conflict (100117). */
export interface DnsRecordDocument {
  zoneId: string;
  id: string;
  hostname: string;
  content: string;
}

/** An e-mail routing rule of a zone. The catch-all rule has the id `catch_all`. */
export interface EmailRuleDocument {
  zoneId: string;
  id: string;
  name: string;
  enabled: boolean;
  matchers: JsonObject[];
  actions: JsonObject[];
  source: string;
  /** `tag` of the Worker whose deployment made the rule. */
  ownerWorkerTag: string | null;
}
