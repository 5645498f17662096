import type { Endpoint } from './endpoint.ts';
import { assetEndpoints } from '../resources/scripts/assets.ts';
import { accountSettingsEndpoints } from '../resources/account/account-settings.ts';
import { betaVersionEndpoints } from '../resources/workers/worker-versions.ts';
import { betaWorkerEndpoints } from '../resources/workers/workers.ts';
import { contentEndpoints } from '../resources/scripts/content.ts';
import { d1Endpoints } from '../resources/storage/d1.ts';
import { deploymentEndpoints } from '../resources/versions/deployments.ts';
import { dispatchNamespaceEndpoints } from '../resources/dispatch/dispatch-namespaces.ts';
import { dispatchScriptEndpoints } from '../resources/dispatch/dispatch-scripts.ts';
import { domainChangesetEndpoints } from '../resources/routes/domain-changeset.ts';
import { domainEndpoints } from '../resources/routes/domains.ts';
import { durableObjectEndpoints } from '../resources/storage/durable-objects.ts';
import { emailRoutingEndpoints } from '../resources/routes/email-routing.ts';
import { hyperdriveEndpoints } from '../resources/storage/hyperdrive.ts';
import { identityEndpoints } from '../resources/account/identity.ts';
import { kvNamespaceEndpoints } from '../resources/storage/kv.ts';
import { kvValueEndpoints } from '../resources/storage/kv-values.ts';
import { namedNamespaceEndpoints } from '../resources/storage/named-namespaces.ts';
import { queueConsumerEndpoints } from '../resources/queues/queue-consumers.ts';
import { queueEndpoints } from '../resources/queues/queues.ts';
import { r2Endpoints } from '../resources/storage/r2.ts';
import { routeEndpoints } from '../resources/routes/routes.ts';
import { scheduleEndpoints } from '../resources/routes/schedules.ts';
import { scriptEndpoints } from '../resources/scripts/scripts.ts';
import { secretEndpoints } from '../resources/scripts/secrets.ts';
import { secretsStoreEndpoints } from '../resources/storage/secrets-store.ts';
import { serviceEndpoints } from '../resources/scripts/services.ts';
import { settingsEndpoints } from '../resources/scripts/settings.ts';
import { subdomainEndpoints } from '../resources/routes/subdomain.ts';
import { tailEndpoints } from '../resources/scripts/tails.ts';
import { vectorizeEndpoints } from '../resources/storage/vectorize.ts';
import { versionEndpoints } from '../resources/versions/versions.ts';
import { workflowEndpoints } from '../resources/workflows/workflows.ts';

/** Every endpoint the emulator serves. Where two patterns match one path, the earlier counts. */
export const endpoints: readonly Endpoint[] = [
  ...identityEndpoints,
  ...scriptEndpoints,
  ...contentEndpoints,
  ...versionEndpoints,
  ...deploymentEndpoints,
  ...settingsEndpoints,
  ...secretEndpoints,
  ...subdomainEndpoints,
  ...scheduleEndpoints,
  ...routeEndpoints,
  ...domainChangesetEndpoints,
  ...domainEndpoints,
  ...serviceEndpoints,
  ...betaWorkerEndpoints,
  ...betaVersionEndpoints,
  ...assetEndpoints,
  ...tailEndpoints,
  ...kvNamespaceEndpoints,
  ...kvValueEndpoints,
  ...d1Endpoints,
  ...r2Endpoints,
  ...queueEndpoints,
  ...queueConsumerEndpoints,
  ...vectorizeEndpoints,
  ...hyperdriveEndpoints,
  ...workflowEndpoints,
  ...namedNamespaceEndpoints,
  ...emailRoutingEndpoints,
  ...durableObjectEndpoints,
  ...dispatchNamespaceEndpoints,
  ...dispatchScriptEndpoints,
  ...secretsStoreEndpoints,
  ...accountSettingsEndpoints,
];
