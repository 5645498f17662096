import { z } from 'zod';
import type { ReadClient, WriteClient } from './client/calls.ts';
import { hasApiCode } from './client/api-error.ts';
import { path } from './client/path.ts';
import { anyShape } from './shapes.ts';

/** Source: error tables of the API. */
const NO_SUCH_DOMAIN = 100114;

/** A custom domain of the account. */
export interface LiveDomain {
  readonly id: string;
  readonly hostname: string;
  /** The Worker it belongs to. */
  readonly service: string;
  readonly zoneId: string | null;
  readonly zoneName: string | null;
  /** Null: the answer does not say. */
  readonly enabled: boolean | null;
  readonly previewsEnabled: boolean | null;
}

/** A wanted custom domain, as the API takes it. */
export interface WantedDomain {
  readonly hostname: string;
  readonly zone_id?: string;
  readonly zone_name?: string;
  readonly enabled?: boolean;
  readonly previews_enabled?: boolean;
}

const domainsShape = z.array(
  z.looseObject({
    id: z.string(),
    hostname: z.string(),
    service: z.string(),
    zone_id: z.string().nullish(),
    zone_name: z.string().nullish(),
    enabled: z.boolean().nullish(),
    previews_enabled: z.boolean().nullish(),
  }),
);

/** Custom domains of every Worker of the account. */
export async function listDomains(reader: ReadClient): Promise<readonly LiveDomain[]> {
  const domains = await reader.read({
    purpose: 'list the custom domains of the account',
    path: path`/accounts/${reader.accountId}/workers/domains`,
    shape: domainsShape,
  });
  return domains.map((domain) => ({
    id: domain.id,
    hostname: domain.hostname,
    service: domain.service,
    zoneId: domain.zone_id ?? null,
    zoneName: domain.zone_name ?? null,
    enabled: domain.enabled ?? null,
    previewsEnabled: domain.previews_enabled ?? null,
  }));
}

/**
 * Replaces the Worker's custom domains; DNS records and certificates follow. Without `takeOver`, hosts that belong to
 * another Worker or have DNS records of their own are refused (100116, 100117), where wrangler takes them in CI.
 */
export async function putDomains(
  writer: WriteClient,
  scriptName: string,
  options: { readonly domains: readonly WantedDomain[]; readonly takeOver: boolean },
): Promise<void> {
  await writer.write({
    purpose: `set the custom domains of Worker ${scriptName}`,
    method: 'put',
    path: path`/accounts/${writer.accountId}/workers/scripts/${scriptName}/domains/records`,
    body: {
      override_scope: true,
      override_existing_origin: options.takeOver,
      override_existing_dns_record: options.takeOver,
      origins: options.domains,
    },
    repeat: 'safe',
    shape: anyShape,
    codes: { 100116: 'CONFLICT', 100117: 'CONFLICT', 10082: 'RESOURCE_MISSING' },
  });
}

/** Detaches one custom domain, whether its Worker is there or not. One that is not there is no error. */
export async function deleteDomain(
  writer: WriteClient,
  domain: Pick<LiveDomain, 'id' | 'hostname'>,
): Promise<void> {
  try {
    await writer.write({
      purpose: `detach custom domain ${domain.hostname}`,
      method: 'delete',
      path: path`/accounts/${writer.accountId}/workers/domains/${domain.id}`,
      repeat: 'safe',
      shape: anyShape,
    });
  } catch (error) {
    if (!hasApiCode(error, NO_SUCH_DOMAIN)) throw error;
  }
}
