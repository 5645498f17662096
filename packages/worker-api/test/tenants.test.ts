import { readFileSync } from 'node:fs';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { overlaySettings } from '../src/overlay-settings.ts';
import { hostMatches, resolveTenant, type TenantVariables } from '../src/tenant.ts';

const TENANTS = ['mrrainbowsmoke', 'rainbowsmokeofficial'];

interface WranglerFile extends Section {
  readonly name: string;
  readonly account_id: string;
  readonly env: Readonly<Record<string, Section>>;
}
interface Section {
  readonly vars: TenantVariables;
  readonly kv_namespaces: readonly { id: string }[];
  readonly d1_databases: readonly { database_id: string }[];
}

function read(tenant: string): { config: Record<string, unknown>; wrangler: WranglerFile } {
  const folder = new URL(`../../../tenants/${tenant}/`, import.meta.url);
  return {
    config: JSON.parse(readFileSync(new URL('tenant.config.json', folder), 'utf8')) as Record<
      string,
      unknown
    >,
    wrangler: parse(readFileSync(new URL('wrangler.jsonc', folder), 'utf8')) as WranglerFile,
  };
}

describe.each(TENANTS)('tenant %s', (tenant) => {
  const { config, wrangler } = read(tenant);
  const sections = Object.entries({ default: wrangler as Section, ...wrangler.env });

  it.each(sections)('has variables in %s that agree with tenant.config.json', (environment, { vars }) => {
    const suffix = environment === 'default' ? '' : `-${environment}`;
    const host = `${wrangler.name}${suffix}.${tenant}.workers.dev`;
    const resolved = resolveTenant(host, vars);
    expect(resolved).toMatchObject({
      id: config['tenantId'],
      environment,
      allowedHosts: environment === 'production' ? [host] : [host, host.replace('workers.dev', 'localhost')],
      settings: {
        allowedModels: config['allowedModels'],
        models: config['aiModels'],
        gatewayId: config['aiGatewayId'],
        vectorizeNamespace: config['vectorizeNamespace'],
        rateLimit: config['rateLimit'],
        tokenBudget: config['tokenBudget'],
        featureFlags: config['featureFlags'],
      },
    });
    expect(config['allowedHosts']).toEqual(expect.arrayContaining([...resolved.allowedHosts]));
    expect(config['allowedModels']).toContain(resolved.settings.models.chat);
  });

  it('names one account in both files', () => {
    expect(wrangler.account_id).toBe(config['accountId']);
  });
});

it('no resource is shared between tenants or environments', () => {
  const ids = TENANTS.flatMap((tenant) => {
    const { wrangler } = read(tenant);
    return [wrangler, ...Object.values(wrangler.env)].flatMap((section) => [
      ...section.kv_namespaces.map(({ id }) => id),
      ...section.d1_databases.map(({ database_id: id }) => id),
    ]);
  });
  expect(ids).toHaveLength(2 * 4 * 4);
  expect(new Set(ids).size).toBe(ids.length);
});

it('a star in an allowed host stands for one label or the start of one', () => {
  expect(hostMatches('*.example.com', 'a.example.com')).toBe(true);
  expect(hostMatches('*.example.com', 'a.b.example.com')).toBe(false);
  expect(hostMatches('*.example.com', 'example.com')).toBe(false);
  expect(hostMatches('*-worker.x.workers.dev', '1a2b-worker.x.workers.dev')).toBe(true);
  expect(hostMatches('A.example.com', 'a.EXAMPLE.com')).toBe(true);
});

it('settings of KV with one wrong field change nothing', () => {
  const { wrangler } = read('mrrainbowsmoke');
  const { settings } = resolveTenant('bluey-ai-worker.mrrainbowsmoke.workers.dev', wrangler.vars);
  expect(overlaySettings(settings, { rateLimit: { perMinute: 5, burst: 1 } })?.rateLimit.perMinute).toBe(5);
  for (const wrong of [
    { rateLimit: { perMinute: -5, burst: 1 } },
    { other: 1 },
    [],
    'x',
    { allowedModels: [] },
  ]) {
    expect(overlaySettings(settings, wrong)).toBeNull();
  }
});
