import { defineConfig } from '@cf-deploy/deployer';

export default defineConfig({
  workers: {
    // Both Workers exist once for each tenant; the name says whose it is.
    api: {
      path: 'workers/api',
      overrides: {
        name: '${tenant.id}-api',
        vars: { TENANT: '${tenant.id}', PLAN: '${tenant.labels.plan}' },
        services: { AUTH: { service: '${tenant.id}-auth' } },
      },
    },
    auth: {
      path: 'workers/auth',
      overrides: { name: '${tenant.id}-auth', vars: { TENANT: '${tenant.id}' } },
    },
  },
  // One more tenant than the table has, as a database or an API could give it.
  async *tenants() {
    yield {
      tenantId: 'umbrella',
      accountId: 'e8a3b1e5000000000000000000000001',
      accountSubdomain: 'examples',
      labels: { plan: 'trial' },
      workers: {
        api: { overrides: { kv_namespaces: { NOTES: { id: 'a0000000000000000000000000000004' } } } },
      },
    };
  },
  healthCheck: { path: '/health', versionFrom: 'version.id' },
});
