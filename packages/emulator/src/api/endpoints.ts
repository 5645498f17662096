import type { Assumption } from './behaviour.ts';
import type { Endpoint, NotServed, Resource } from './endpoint.ts';
import { analyticsResource } from '../resources/metrics/analytics.ts';
import { telemetryResource } from '../resources/metrics/telemetry.ts';
import { assetResource } from '../resources/scripts/assets.ts';
import { accountSettingsResource } from '../resources/account/account-settings.ts';
import { betaVersionResource } from '../resources/workers/worker-versions.ts';
import { betaWorkerResource } from '../resources/workers/workers.ts';
import { contentResource } from '../resources/scripts/content.ts';
import { d1Resource } from '../resources/storage/d1.ts';
import { deploymentResource } from '../resources/versions/deployments.ts';
import { dispatchNamespaceResource } from '../resources/dispatch/dispatch-namespaces.ts';
import { dispatchScriptResource } from '../resources/dispatch/dispatch-scripts.ts';
import { domainChangesetResource } from '../resources/routes/domain-changeset.ts';
import { domainResource } from '../resources/routes/domains.ts';
import { durableObjectResource } from '../resources/storage/durable-objects.ts';
import { emailRoutingResource } from '../resources/routes/email-routing.ts';
import { hyperdriveResource } from '../resources/storage/hyperdrive.ts';
import { identityResource } from '../resources/account/identity.ts';
import { kvNamespaceResource } from '../resources/storage/kv.ts';
import { kvValueResource } from '../resources/storage/kv-values.ts';
import { namedNamespaceResource } from '../resources/storage/named-namespaces.ts';
import { queueConsumerResource } from '../resources/queues/queue-consumers.ts';
import { queueResource } from '../resources/queues/queues.ts';
import { r2Resource } from '../resources/storage/r2.ts';
import { routeResource } from '../resources/routes/routes.ts';
import { scheduleResource } from '../resources/routes/schedules.ts';
import { scriptResource } from '../resources/scripts/scripts.ts';
import { secretResource } from '../resources/scripts/secrets.ts';
import { secretsStoreResource } from '../resources/storage/secrets-store.ts';
import { serviceResource } from '../resources/scripts/services.ts';
import { settingsResource } from '../resources/scripts/settings.ts';
import { subdomainResource } from '../resources/routes/subdomain.ts';
import { tailResource } from '../resources/scripts/tails.ts';
import { vectorizeDataResource } from '../resources/storage/vectorize-data.ts';
import { r2ObjectResource } from '../resources/storage/r2-objects.ts';
import { vectorizeResource } from '../resources/storage/vectorize.ts';
import { versionResource } from '../resources/versions/versions.ts';
import { workflowResource } from '../resources/workflows/workflows.ts';

/** Everything the emulator serves. Where two patterns match one path, the earlier counts. */
export const RESOURCES: readonly Resource[] = [
  identityResource,
  scriptResource,
  contentResource,
  versionResource,
  deploymentResource,
  settingsResource,
  secretResource,
  subdomainResource,
  scheduleResource,
  routeResource,
  domainChangesetResource,
  domainResource,
  serviceResource,
  betaWorkerResource,
  betaVersionResource,
  assetResource,
  tailResource,
  analyticsResource,
  telemetryResource,
  kvNamespaceResource,
  kvValueResource,
  d1Resource,
  r2Resource,
  r2ObjectResource,
  queueResource,
  queueConsumerResource,
  vectorizeResource,
  vectorizeDataResource,
  hyperdriveResource,
  workflowResource,
  namedNamespaceResource,
  emailRoutingResource,
  durableObjectResource,
  dispatchNamespaceResource,
  dispatchScriptResource,
  secretsStoreResource,
  accountSettingsResource,
];

/** Everything that is assumed, with its switch. */
export const ASSUMPTIONS: readonly Assumption[] = RESOURCES.flatMap(({ behaviours }) =>
  behaviours.flatMap(({ assumption }) => assumption ?? []),
);

/** What is known and not served, with the reason. */
export const NOT_SERVED: readonly NotServed[] = RESOURCES.flatMap(({ notServed = [] }) => notServed);

/** Every endpoint, in the order in which paths are matched. */
export const endpoints: readonly Endpoint[] = RESOURCES.flatMap((resource) => resource.endpoints);
