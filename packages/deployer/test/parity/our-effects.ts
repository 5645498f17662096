import type { AssetManifest } from '../../src/assets/manifest.ts';
import { manifestBody } from '../../src/assets/manifest.ts';
import { compact } from '../../src/json.ts';
import type {
  CustomDomain,
  QueueConsumer,
  ResolvedWorker,
  Route,
} from '../../src/resolve/resolved-worker.ts';
import { wantedTags } from '../../src/sections/parts/settings.ts';
import type { ParityCase } from './parity-case.ts';
import type { Effects } from './recorded-effects.ts';

/** What a deploy of this Worker sets beside the upload, in the names of the API. */
export function ourEffects(
  worker: ResolvedWorker,
  parityCase: ParityCase,
  upload: { readonly method: 'PUT' | 'POST'; readonly assets: AssetManifest | null },
): Effects {
  const { triggers, settings } = worker;
  const assets = upload.assets === null ? {} : { assets: { manifest: manifestBody(upload.assets) } };
  if (worker.dispatchNamespace !== null) return assets;
  const versions = upload.method === 'POST';
  const tags = wantedTagsOver(worker, parityCase);
  return {
    ...assets,
    ...(versions
      ? {
          settings: compact({
            logpush: settings.logpush,
            tail_consumers: settings.tail_consumers,
            // wrangler switches off what the file does not mention.
            observability: settings.observability ?? { enabled: false },
          }),
          codeUpdateStrategy: worker.codeUpdateStrategy,
        }
      : {}),
    ...(tags.length === 0 ? {} : { tags }),
    subdomain: compact({ enabled: triggers.workersDev, previews_enabled: triggers.previewUrls }),
    ...(triggers.routes === undefined ? {} : { routes: triggers.routes.map((route) => routeBody(route)) }),
    ...(triggers.customDomains === undefined
      ? {}
      : { domains: triggers.customDomains.map((domain) => domainBody(domain)) }),
    ...(triggers.crons === undefined ? {} : { schedules: triggers.crons.map((cron) => ({ cron })) }),
    ...((triggers.queueConsumers ?? []).length === 0
      ? {}
      : { consumers: triggers.queueConsumers?.map((consumer) => consumerBody(consumer, worker.scriptName)) }),
    ...(triggers.workflows === undefined
      ? {}
      : {
          workflows: Object.fromEntries(
            triggers.workflows.map(({ name, className, options }) => [
              name,
              { script_name: worker.scriptName, class_name: className, ...options },
            ]),
          ),
        }),
  };
}

function wantedTagsOver(worker: ResolvedWorker, parityCase: ParityCase): readonly string[] {
  const service = parityCase.responses?.find((response) => response.path.includes('/workers/services/'));
  const live = service?.merge as
    | { readonly default_environment?: { readonly script?: { readonly tags?: readonly string[] } } }
    | undefined;
  const foreign = (live?.default_environment?.script?.tags ?? []).filter((tag) => !tag.startsWith('cf:'));
  return [...foreign, ...wantedTags(worker)].toSorted();
}

function routeBody({ pattern, zoneId, zoneName }: Route): unknown {
  return compact({ pattern, zone_id: zoneId, zone_name: zoneName });
}

function domainBody(domain: CustomDomain): unknown {
  return compact({
    hostname: domain.hostname,
    zone_id: domain.zoneId,
    zone_name: domain.zoneName,
    enabled: domain.enabled,
    previews_enabled: domain.previewsEnabled,
  });
}

function consumerBody(consumer: QueueConsumer, scriptName: string): unknown {
  return compact({
    type: consumer.type,
    dead_letter_queue: consumer.deadLetterQueue,
    script_name: scriptName,
    settings: consumer.settings,
  });
}
