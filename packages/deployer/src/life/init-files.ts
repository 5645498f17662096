/** Of the Worker that a new project gets: one that the embedded runtime knows, and not in the future anywhere. */
const COMPATIBILITY_DATE = '2026-02-01';

/** `cf-deploy.config.ts`, with a shared Worker or for one that is there. */
export function configFile(name: string, shared: boolean): string {
  const workers = `
  // One Worker that every tenant takes; what differs for each.
  workers: {
    api: {
      path: 'workers/api',
      overrides: { name: '\${tenant.id}-api', vars: { TENANT: '\${tenant.id}' } },
    },
  },
  healthCheck: { path: '/health', versionFrom: 'version.id' },`;
  const alone = `
  // A path that answers 200 lets a deploy prove that the new version is well.
  // healthCheck: { path: '/' },`;
  return `import { defineConfig } from '@cf-deploy/deployer';

export default defineConfig({
  // Tells this project from others in the same account.
  name: '${name}',${shared ? workers : alone}
});
`;
}

/** `tenants.csv`: one row is one tenant. */
export const TABLE = 'tenantId,accountId\n';

/** The Worker's source and its wrangler file. */
export function workerFiles(): Readonly<Record<string, string>> {
  return {
    'workers/api/wrangler.jsonc': `{
  "name": "api",
  "main": "src/index.js",
  "compatibility_date": "${COMPATIBILITY_DATE}",
  "vars": { "TENANT": "local" },
  "version_metadata": { "binding": "VERSION" }
}
`,
    'workers/api/src/index.js': `export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/health') {
      return Response.json({ status: 'ok', tenant: env.TENANT, version: { id: env.VERSION.id } });
    }
    return new Response(\`Hello from \${env.TENANT}\\n\`);
  },
};
`,
  };
}

/** How to go on. */
export const README = `# Tenants

One Worker in \`workers/api\`, one row in \`tenants.csv\` for each tenant.

    npx cf-deploy tenant add acme --account=<account id>
    npx cf-deploy deploy --all --local      # on the embedded Cloudflare; nothing leaves this machine
    npx cf-deploy plan --all
    npx cf-deploy deploy --all
`;
