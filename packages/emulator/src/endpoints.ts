import type { Endpoint } from './endpoint.ts';
import { assetEndpoints } from './resources/assets.ts';
import { accountSettingsEndpoints } from './resources/account-settings.ts';
import { betaVersionEndpoints } from './resources/beta-versions.ts';
import { betaWorkerEndpoints } from './resources/beta-workers.ts';
import { contentEndpoints } from './resources/content.ts';
import { d1Endpoints } from './resources/d1.ts';
import { deploymentEndpoints } from './resources/deployments.ts';
import { dispatchNamespaceEndpoints } from './resources/dispatch-namespaces.ts';
import { dispatchScriptEndpoints } from './resources/dispatch-scripts.ts';
import { domainChangesetEndpoints } from './resources/domain-changeset.ts';
import { domainEndpoints } from './resources/domains.ts';
import { durableObjectEndpoints } from './resources/durable-objects.ts';
import { emailRoutingEndpoints } from './resources/email-routing.ts';
import { hyperdriveEndpoints } from './resources/hyperdrive.ts';
import { identityEndpoints } from './resources/identity.ts';
import { kvNamespaceEndpoints } from './resources/kv.ts';
import { kvValueEndpoints } from './resources/kv-values.ts';
import { namedNamespaceEndpoints } from './resources/named-namespaces.ts';
import { queueConsumerEndpoints } from './resources/queue-consumers.ts';
import { queueEndpoints } from './resources/queues.ts';
import { r2Endpoints } from './resources/r2.ts';
import { routeEndpoints } from './resources/routes.ts';
import { scheduleEndpoints } from './resources/schedules.ts';
import { scriptEndpoints } from './resources/scripts.ts';
import { secretEndpoints } from './resources/secrets.ts';
import { secretsStoreEndpoints } from './resources/secrets-store.ts';
import { serviceEndpoints } from './resources/services.ts';
import { settingsEndpoints } from './resources/settings.ts';
import { subdomainEndpoints } from './resources/subdomain.ts';
import { tailEndpoints } from './resources/tails.ts';
import { vectorizeEndpoints } from './resources/vectorize.ts';
import { versionEndpoints } from './resources/versions.ts';
import { workflowEndpoints } from './resources/workflows.ts';

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
