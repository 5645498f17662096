import { z } from 'zod';
import type { ReadClient, WriteClient } from './calls.ts';
import { path } from './path.ts';
import { anyShape } from './shapes.ts';

/** A custom domain of the account. */
export interface LiveDomain {
  readonly id: string;
  readonly hostname: string;
  /** The Worker it belongs to. */
  readonly service: string;
  readonly zoneId: string | null;
  readonly zoneName: string | null;
}

/** A wanted custom domain, as the API takes it. */
export interface WantedDomain {
  readonly hostname: string;
  readonly zone_id?: string;
  readonly zone_name?: string;
}

/** Custom domains of every Worker of the account. */
export async function listDomains(reader: ReadClient): Promise<readonly LiveDomain[]> {
  const domains = await reader.read({
    purpose: 'list the custom domains of the account',
    path: path`/accounts/${reader.accountId}/workers/domains`,
    shape: z.array(
      z.looseObject({
        id: z.string(),
        hostname: z.string(),
        service: z.string(),
        zone_id: z.string().nullish(),
        zone_name: z.string().nullish(),
      }),
    ),
  });
  return domains.map((domain) => ({
    id: domain.id,
    hostname: domain.hostname,
    service: domain.service,
    zoneId: domain.zone_id ?? null,
    zoneName: domain.zone_name ?? null,
  }));
}

/**
 * Attaches a custom domain: DNS record and certificate are made. Hosts with foreign DNS records are refused (100117);
 * nothing is taken over unasked.
 */
export async function putDomain(
  writer: WriteClient,
  scriptName: string,
  domain: WantedDomain,
): Promise<void> {
  await writer.write({
    purpose: `attach custom domain ${domain.hostname}`,
    method: 'put',
    path: path`/accounts/${writer.accountId}/workers/domains`,
    body: { ...domain, service: scriptName, environment: 'production' },
    repeat: 'safe',
    shape: anyShape,
    codes: { 100116: 'CONFLICT', 100117: 'CONFLICT', 10082: 'RESOURCE_MISSING' },
  });
}

/** Detaches a custom domain. */
export async function deleteDomain(writer: WriteClient, domain: LiveDomain): Promise<void> {
  await writer.write({
    purpose: `detach custom domain ${domain.hostname}`,
    method: 'delete',
    path: path`/accounts/${writer.accountId}/workers/domains/${domain.id}`,
    repeat: 'safe',
    shape: anyShape,
  });
}
