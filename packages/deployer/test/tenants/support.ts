import { openTenants, type CatalogOptions } from '../../src/tenants/catalog.ts';
import type { Finding } from '../../src/findings/finding.ts';
import { ACCOUNT, writeFiles } from '../config/support.ts';

export { ACCOUNT, writeFiles };

/** KV ids that differ in their last digit. */
export const kv = (digit: string): string => digit.padStart(32, 'a');

/** A shared Worker and a project that takes it, as files. */
export const SHARED = {
  'workers/api/wrangler.jsonc': `{
  "name": "api",
  "main": "src/index.js",
  "compatibility_date": "2026-02-01",
  "vars": { "TENANT": "local", "REGION": "eu" },
  "kv_namespaces": [
    { "binding": "CACHE", "id": "${kv('1')}" },
    { "binding": "CONFIG", "id": "${kv('2')}" }
  ]
}
`,
  'workers/api/src/index.js': 'export default { fetch: () => new Response("ok") };\n',
  'cf-deploy.config.ts': `export default {
  workers: {
    api: {
      path: 'workers/api',
      overrides: { name: 'api-\${tenant.id}', vars: { TENANT: '\${tenant.id}' } },
    },
  },
};
`,
};

/** What a project's sources list: ids in the order they are read, and findings as `place code`. */
export async function listed(
  root: string,
  options?: CatalogOptions,
): Promise<{
  readonly ids: readonly string[];
  readonly findings: readonly string[];
  readonly all: readonly Finding[];
}> {
  const tenants = await openTenants(root, options);
  const ids: string[] = [];
  for await (const entry of tenants.stream()) if (entry.kind === 'tenant') ids.push(entry.id);
  const all = await tenants.findings();
  return { ids, all, findings: all.map(shown) };
}

/** `tenants.csv:3:7 column-count`. */
export function shown({ place, code }: Finding): string {
  return `${place?.file}:${place?.line}:${place?.column} ${code}`;
}
