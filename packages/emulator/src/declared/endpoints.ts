import type { EndpointCoverage } from '../api/coverage.ts';

/**
 * Every endpoint the emulator serves, by resource, and where its shape is known from. `observed`: a real client was
 * recorded calling it; `documentation`: Cloudflare's published operation; `client source`: read off a client's code.
 */
export const ENDPOINT_COVERAGE: Record<string, EndpointCoverage> = {
  'Identity, accounts and zones': {
    'GET /user': 'observed',
    'GET /user/tokens/verify': 'observed',
    'GET /accounts/:account_id/tokens/verify': 'documentation',
    'GET /accounts': 'observed',
    'GET /accounts/:account_id': 'documentation',
    'GET /memberships': 'documentation',
    'GET /zones': 'observed',
    'GET /zones/:zone_id': 'documentation',
  },
  Scripts: {
    'GET /accounts/:account_id/workers/scripts': 'observed',
    'GET /accounts/:account_id/workers/scripts-search': 'documentation',
    'PUT /accounts/:account_id/workers/scripts/:script_name': 'observed',
    'GET /accounts/:account_id/workers/scripts/:script_name': 'documentation',
    'DELETE /accounts/:account_id/workers/scripts/:script_name': 'documentation',
    'GET /accounts/:account_id/workers/scripts/:script_name/usage-model': 'documentation',
    'PUT /accounts/:account_id/workers/scripts/:script_name/content': 'documentation',
    'GET /accounts/:account_id/workers/scripts/:script_name/content/v2': 'observed',
  },
  Versions: {
    'POST /accounts/:account_id/workers/scripts/:script_name/versions': 'observed',
    'GET /accounts/:account_id/workers/scripts/:script_name/versions': 'observed',
    'GET /accounts/:account_id/workers/scripts/:script_name/versions/:version_id': 'observed',
  },
  Deployments: {
    'POST /accounts/:account_id/workers/scripts/:script_name/deployments': 'observed',
    'GET /accounts/:account_id/workers/scripts/:script_name/deployments': 'observed',
    'GET /accounts/:account_id/workers/scripts/:script_name/deployments/:deployment_id': 'documentation',
    'DELETE /accounts/:account_id/workers/scripts/:script_name/deployments/:deployment_id': 'documentation',
  },
  Settings: {
    'GET /accounts/:account_id/workers/scripts/:script_name/settings': 'observed',
    'PATCH /accounts/:account_id/workers/scripts/:script_name/settings': 'observed',
    'GET /accounts/:account_id/workers/scripts/:script_name/script-settings': 'observed',
    'PATCH /accounts/:account_id/workers/scripts/:script_name/script-settings': 'observed',
    'GET /accounts/:account_id/workers/account-settings': 'documentation',
    'PUT /accounts/:account_id/workers/account-settings': 'documentation',
    'GET /accounts/:account_id/workers/placement/regions': 'documentation',
  },
  Secrets: {
    'GET /accounts/:account_id/workers/scripts/:script_name/secrets': 'observed',
    'GET /accounts/:account_id/workers/scripts/:script_name/secrets/:secret_name': 'documentation',
    'PUT /accounts/:account_id/workers/scripts/:script_name/secrets': 'observed',
    'PATCH /accounts/:account_id/workers/scripts/:script_name/secrets-bulk': 'observed',
    'DELETE /accounts/:account_id/workers/scripts/:script_name/secrets/:secret_name': 'observed',
  },
  'workers.dev': {
    'GET /accounts/:account_id/workers/subdomain': 'observed',
    'PUT /accounts/:account_id/workers/subdomain': 'documentation',
    'DELETE /accounts/:account_id/workers/subdomain': 'documentation',
    'GET /accounts/:account_id/workers/scripts/:script_name/subdomain': 'documentation',
    'POST /accounts/:account_id/workers/scripts/:script_name/subdomain': 'observed',
    'DELETE /accounts/:account_id/workers/scripts/:script_name/subdomain': 'documentation',
  },
  'Routes and custom domains': {
    'GET /accounts/:account_id/workers/subdomains/:subdomain': 'documentation',
    'GET /zones/:zone_id/workers/routes': 'observed',
    'POST /zones/:zone_id/workers/routes': 'observed',
    'GET /zones/:zone_id/workers/routes/:route_id': 'documentation',
    'PUT /zones/:zone_id/workers/routes/:route_id': 'documentation',
    'DELETE /zones/:zone_id/workers/routes/:route_id': 'documentation',
    'PUT /accounts/:account_id/workers/scripts/:script_name/routes': 'observed',
    'POST /accounts/:account_id/workers/scripts/:script_name/domains/changeset': 'observed',
    'PUT /accounts/:account_id/workers/scripts/:script_name/domains/records': 'observed',
    'GET /accounts/:account_id/workers/domains/records': 'documentation',
    'GET /accounts/:account_id/workers/domains/records/:domain_id': 'documentation',
    'GET /accounts/:account_id/workers/domains': 'documentation',
    'PUT /accounts/:account_id/workers/domains': 'documentation',
    'GET /accounts/:account_id/workers/domains/:domain_id': 'documentation',
    'DELETE /accounts/:account_id/workers/domains/:domain_id': 'documentation',
  },
  'Cron triggers': {
    'GET /accounts/:account_id/workers/scripts/:script_name/schedules': 'documentation',
    'PUT /accounts/:account_id/workers/scripts/:script_name/schedules': 'observed',
  },
  Services: {
    'GET /accounts/:account_id/workers/services/:service_name': 'observed',
    'DELETE /accounts/:account_id/workers/services/:service_name': 'observed',
    'GET /accounts/:account_id/workers/services/:service_name/environments/:environment_name':
      'documentation',
    'GET /accounts/:account_id/workers/services/:service_name/environments/:environment_name/bindings':
      'documentation',
    'GET /accounts/:account_id/workers/services/:service_name/environments/:environment_name/routes':
      'documentation',
    'GET /accounts/:account_id/workers/services/:service_name/environments/:environment_name/content/v2':
      'client source',
    'GET /accounts/:account_id/workers/services/:service_name/environments/:environment_name/subdomain':
      'client source',
    'GET /accounts/:account_id/workers/scripts/:script_name/references': 'observed',
    'GET /accounts/:account_id/workers/tails/by-consumer/:consumer': 'observed',
  },
  'Workers (beta view)': {
    'GET /accounts/:account_id/workers/workers': 'documentation',
    'POST /accounts/:account_id/workers/workers': 'documentation',
    'GET /accounts/:account_id/workers/workers/:worker_id': 'observed',
    'PATCH /accounts/:account_id/workers/workers/:worker_id': 'documentation',
    'PUT /accounts/:account_id/workers/workers/:worker_id': 'documentation',
    'DELETE /accounts/:account_id/workers/workers/:worker_id': 'documentation',
    'GET /accounts/:account_id/workers/workers/:worker_id/versions': 'documentation',
    'POST /accounts/:account_id/workers/workers/:worker_id/versions': 'documentation',
    'PATCH /accounts/:account_id/workers/workers/:worker_id/versions/latest': 'observed',
    'GET /accounts/:account_id/workers/workers/:worker_id/versions/:version_id': 'documentation',
    'DELETE /accounts/:account_id/workers/workers/:worker_id/versions/:version_id': 'documentation',
  },
  'Static assets': {
    'POST /accounts/:account_id/workers/scripts/:script_name/assets-upload-session': 'observed',
    'POST /accounts/:account_id/workers/assets/upload': 'observed',
    'POST /accounts/:account_id/workers/assets/upload/:hash': 'observed',
  },
  Tails: {
    'POST /accounts/:account_id/workers/scripts/:script_name/tails': 'documentation',
    'GET /accounts/:account_id/workers/scripts/:script_name/tails': 'documentation',
    'DELETE /accounts/:account_id/workers/scripts/:script_name/tails/:id': 'documentation',
  },
  KV: {
    'GET /accounts/:account_id/storage/kv/namespaces': 'observed',
    'POST /accounts/:account_id/storage/kv/namespaces': 'observed',
    'GET /accounts/:account_id/storage/kv/namespaces/:namespace_id': 'documentation',
    'PUT /accounts/:account_id/storage/kv/namespaces/:namespace_id': 'documentation',
    'DELETE /accounts/:account_id/storage/kv/namespaces/:namespace_id': 'documentation',
    'GET /accounts/:account_id/storage/kv/namespaces/:namespace_id/keys': 'observed',
    'GET /accounts/:account_id/storage/kv/namespaces/:namespace_id/metadata/:key_name': 'documentation',
    'GET /accounts/:account_id/storage/kv/namespaces/:namespace_id/values/:key_name': 'observed',
    'PUT /accounts/:account_id/storage/kv/namespaces/:namespace_id/values/:key_name': 'observed',
    'DELETE /accounts/:account_id/storage/kv/namespaces/:namespace_id/values/:key_name': 'documentation',
    'PUT /accounts/:account_id/storage/kv/namespaces/:namespace_id/bulk': 'documentation',
    'POST /accounts/:account_id/storage/kv/namespaces/:namespace_id/bulk/delete': 'documentation',
    'DELETE /accounts/:account_id/storage/kv/namespaces/:namespace_id/bulk': 'client source',
    'POST /accounts/:account_id/storage/kv/namespaces/:namespace_id/bulk/get': 'documentation',
  },
  D1: {
    'GET /accounts/:account_id/d1/database': 'observed',
    'POST /accounts/:account_id/d1/database': 'observed',
    'GET /accounts/:account_id/d1/database/:database_id': 'observed',
    'PUT /accounts/:account_id/d1/database/:database_id': 'documentation',
    'PATCH /accounts/:account_id/d1/database/:database_id': 'documentation',
    'DELETE /accounts/:account_id/d1/database/:database_id': 'documentation',
    'POST /accounts/:account_id/d1/database/:database_id/query': 'observed',
    'POST /accounts/:account_id/d1/database/:database_id/raw': 'documentation',
  },
  R2: {
    'GET /accounts/:account_id/r2/buckets': 'observed',
    'POST /accounts/:account_id/r2/buckets': 'observed',
    'GET /accounts/:account_id/r2/buckets/:bucket_name': 'observed',
    'PATCH /accounts/:account_id/r2/buckets/:bucket_name': 'documentation',
    'DELETE /accounts/:account_id/r2/buckets/:bucket_name': 'documentation',
  },
  Queues: {
    'GET /accounts/:account_id/queues': 'observed',
    'POST /accounts/:account_id/queues': 'observed',
    'GET /accounts/:account_id/queues/:queue_id': 'documentation',
    'PUT /accounts/:account_id/queues/:queue_id': 'documentation',
    'PATCH /accounts/:account_id/queues/:queue_id': 'documentation',
    'DELETE /accounts/:account_id/queues/:queue_id': 'documentation',
    'GET /accounts/:account_id/queues/:queue_id/consumers': 'documentation',
    'POST /accounts/:account_id/queues/:queue_id/consumers': 'observed',
    'GET /accounts/:account_id/queues/:queue_id/consumers/:consumer_id': 'documentation',
    'PUT /accounts/:account_id/queues/:queue_id/consumers/:consumer_id': 'observed',
    'DELETE /accounts/:account_id/queues/:queue_id/consumers/:consumer_id': 'observed',
  },
  Vectorize: {
    'GET /accounts/:account_id/vectorize/v2/indexes': 'documentation',
    'POST /accounts/:account_id/vectorize/v2/indexes': 'observed',
    'GET /accounts/:account_id/vectorize/v2/indexes/:index_name': 'documentation',
    'DELETE /accounts/:account_id/vectorize/v2/indexes/:index_name': 'documentation',
    'GET /accounts/:account_id/vectorize/v2/indexes/:index_name/info': 'documentation',
    'POST /accounts/:account_id/vectorize/v2/indexes/:index_name/metadata_index/create': 'documentation',
    'POST /accounts/:account_id/vectorize/v2/indexes/:index_name/metadata_index/delete': 'documentation',
    'GET /accounts/:account_id/vectorize/v2/indexes/:index_name/metadata_index/list': 'documentation',
  },
  Hyperdrive: {
    'GET /accounts/:account_id/hyperdrive/configs': 'documentation',
    'POST /accounts/:account_id/hyperdrive/configs': 'documentation',
    'GET /accounts/:account_id/hyperdrive/configs/:hyperdrive_id': 'documentation',
    'PUT /accounts/:account_id/hyperdrive/configs/:hyperdrive_id': 'documentation',
    'PATCH /accounts/:account_id/hyperdrive/configs/:hyperdrive_id': 'documentation',
    'DELETE /accounts/:account_id/hyperdrive/configs/:hyperdrive_id': 'documentation',
  },
  'AI Search and agent memory': {
    'GET /accounts/:account_id/ai-search/namespaces': 'client source',
    'POST /accounts/:account_id/ai-search/namespaces': 'client source',
    'GET /accounts/:account_id/ai-search/namespaces/:namespace_name': 'observed',
    'DELETE /accounts/:account_id/ai-search/namespaces/:namespace_name': 'client source',
    'GET /accounts/:account_id/agent-memory/namespaces': 'client source',
    'POST /accounts/:account_id/agent-memory/namespaces': 'client source',
    'GET /accounts/:account_id/agent-memory/namespaces/:namespace_name': 'observed',
    'DELETE /accounts/:account_id/agent-memory/namespaces/:namespace_name': 'client source',
  },
  'E-mail routing': {
    'POST /accounts/:account_id/email/routing/rules/plan': 'observed',
    'GET /zones/:zone_id/email/routing/rules': 'client source',
    'POST /zones/:zone_id/email/routing/rules': 'observed',
    'GET /zones/:zone_id/email/routing/rules/catch_all': 'client source',
    'PUT /zones/:zone_id/email/routing/rules/catch_all': 'observed',
    'PUT /zones/:zone_id/email/routing/rules/:rule_id': 'client source',
    'DELETE /zones/:zone_id/email/routing/rules/:rule_id': 'client source',
  },
  Workflows: {
    'GET /accounts/:account_id/workflows': 'documentation',
    'GET /accounts/:account_id/workflows/:workflow_name': 'observed',
    'PUT /accounts/:account_id/workflows/:workflow_name': 'observed',
    'DELETE /accounts/:account_id/workflows/:workflow_name': 'documentation',
  },
  'Durable Objects': {
    'GET /accounts/:account_id/workers/durable_objects/namespaces': 'observed',
  },
  'Workers for Platforms': {
    'GET /accounts/:account_id/workers/dispatch/namespaces': 'observed',
    'POST /accounts/:account_id/workers/dispatch/namespaces': 'observed',
    'GET /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace': 'documentation',
    'PATCH /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace': 'documentation',
    'PUT /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace': 'documentation',
    'DELETE /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace': 'documentation',
    'GET /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts': 'documentation',
    'DELETE /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts': 'documentation',
    'PUT /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name':
      'observed',
    'GET /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name':
      'observed',
    'DELETE /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name':
      'documentation',
    'POST /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/assets-upload-session':
      'documentation',
    'GET /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/bindings':
      'documentation',
    'GET /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/settings':
      'documentation',
    'PATCH /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/settings':
      'documentation',
    'GET /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/content':
      'documentation',
    'PUT /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/content':
      'documentation',
    'GET /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/secrets':
      'documentation',
    'GET /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/secrets/:secret_name':
      'documentation',
    'PUT /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/secrets':
      'documentation',
    'PATCH /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/secrets-bulk':
      'documentation',
    'DELETE /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/secrets/:secret_name':
      'documentation',
    'GET /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/tags':
      'documentation',
    'PUT /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/tags':
      'documentation',
    'PUT /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/tags/:tag':
      'documentation',
    'DELETE /accounts/:account_id/workers/dispatch/namespaces/:dispatch_namespace/scripts/:script_name/tags/:tag':
      'documentation',
  },
  'Secrets Store': {
    'GET /accounts/:account_id/secrets_store/stores': 'documentation',
    'GET /accounts/:account_id/secrets_store/stores/:store_id': 'documentation',
    'GET /accounts/:account_id/secrets_store/stores/:store_id/secrets': 'documentation',
    'GET /accounts/:account_id/secrets_store/stores/:store_id/secrets/:secret_id': 'documentation',
  },
};
