import type { QueuesSection } from '../bindings/queue.ts';
import type { WorkflowsSection } from '../bindings/workflow.ts';
import type { EffectiveConfig } from './effective.ts';
import type { CustomDomain, QueueConsumer, Route, Triggers, WorkflowTrigger } from './resolved-worker.ts';
import { compact, type Json } from '../json.ts';
import type { RouteEntry } from './schema/trigger-fields.ts';

/** What makes the Worker reachable. Lists the file does not have stay undefined: a deploy leaves them alone. */
export function resolveTriggers(config: EffectiveConfig, scriptName: string): Triggers {
  const { fields, values } = config;
  const entries = routeEntries(fields);
  const queues = values['queues'] as QueuesSection | undefined;
  const workflows = workflowTriggers(config, scriptName);
  const domains = (entries ?? []).filter((entry) => isCustomDomain(entry));
  const routes = (entries ?? []).filter((entry) => !isCustomDomain(entry));
  return compact({
    workersDev: fields.workers_dev ?? (entries ?? []).length === 0,
    previewUrls: fields.preview_urls,
    // wrangler makes a call only for a list that has something in it.
    routes: routes.length === 0 ? undefined : routes.map((entry) => toRoute(entry)),
    customDomains: domains.length === 0 ? undefined : domains.map((entry) => toCustomDomain(entry)),
    crons: fields.triggers?.crons,
    queueConsumers: queues?.consumers?.map((consumer) => toConsumer(consumer)),
    workflows: workflows.length === 0 ? undefined : workflows,
  });
}

/** `routes`, or the one `route`; undefined when the file has neither. */
export function routeEntries(fields: EffectiveConfig['fields']): readonly RouteEntry[] | undefined {
  if (fields.routes !== undefined) return fields.routes;
  return fields.route === undefined || fields.route === '' ? undefined : [fields.route];
}

/** True for an entry that claims a whole host. */
export function isCustomDomain(entry: RouteEntry): entry is Exclude<RouteEntry, string> {
  return typeof entry !== 'string' && entry.custom_domain === true;
}

function toRoute(entry: RouteEntry): Route {
  if (typeof entry === 'string') return { pattern: entry };
  return compact({ pattern: entry.pattern, zoneId: entry.zone_id, zoneName: entry.zone_name });
}

function toCustomDomain(entry: Exclude<RouteEntry, string>): CustomDomain {
  return compact({
    hostname: entry.pattern,
    zoneId: entry.zone_id,
    zoneName: entry.zone_name,
    enabled: entry.enabled,
    previewsEnabled: entry.previews_enabled,
  });
}

type ConsumerEntry = NonNullable<QueuesSection['consumers']>[number];

function toConsumer(entry: ConsumerEntry): QueueConsumer {
  const type = entry.type ?? 'worker';
  const shared = {
    batch_size: entry.max_batch_size,
    max_retries: entry.max_retries,
    retry_delay: entry.retry_delay,
  };
  const settings =
    type === 'http_pull'
      ? { ...shared, visibility_timeout_ms: entry.visibility_timeout_ms }
      : {
          ...shared,
          // The file has seconds, the API milliseconds.
          max_wait_time_ms:
            entry.max_batch_timeout === undefined ? undefined : entry.max_batch_timeout * 1000,
          max_concurrency: entry.max_concurrency,
        };
  return compact({
    queue: entry.queue,
    type,
    deadLetterQueue: entry.dead_letter_queue,
    settings: compact(settings),
  });
}

type WorkflowSettings = Pick<
  WorkflowsSection[number],
  'limits' | 'concurrency' | 'schedules' | 'default_retention' | 'jurisdiction'
>;

/** Own workflows: bound ones without a foreign script, and those that `exports` declares. */
function workflowTriggers(config: EffectiveConfig, scriptName: string): readonly WorkflowTrigger[] {
  const bound = ((config.values['workflows'] as WorkflowsSection | undefined) ?? [])
    .filter((entry) => entry.script_name === undefined || entry.script_name === scriptName)
    .map((entry) => ({ name: entry.name, className: entry.class_name, options: workflowOptions(entry) }));
  const declared = Object.entries(config.fields.exports ?? {}).flatMap(([className, entry]) =>
    entry.type === 'workflow' ? [{ name: entry.name, className, options: workflowOptions(entry) }] : [],
  );
  const seen = new Set<string>();
  return [...bound, ...declared].filter(({ name }) => !seen.has(name) && seen.add(name));
}

function workflowOptions(entry: WorkflowSettings): Record<string, Json | undefined> {
  const schedules = typeof entry.schedules === 'string' ? [entry.schedules] : entry.schedules;
  return compact({
    limits: entry.limits,
    concurrency: entry.concurrency,
    schedules: schedules?.map((cron) => ({ cron })),
    default_retention: entry.default_retention,
    jurisdiction: entry.jurisdiction,
  });
}
