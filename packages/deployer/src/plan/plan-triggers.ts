import type { WantedConsumer } from '../cloudflare/queues.ts';
import type { QueueConsumer } from '../resolve/resolved-worker.ts';
import { isOwnConsumer } from '../state/actual-triggers.ts';
import { isOf, touches, type StepInputs } from './plan-inputs.ts';
import type { ConsumerEdit, Step } from './step.ts';

/** Sets the triggers that are declared and differ: routes, custom domains, crons, queue consumers, workflows. */
export function triggerSteps(inputs: StepInputs): readonly Step[] {
  return [
    ...routeSteps(inputs),
    ...domainSteps(inputs),
    ...cronSteps(inputs),
    ...consumerSteps(inputs),
    ...workflowSteps(inputs),
  ];
}

function routeSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  const { routes } = worker.triggers;
  if (routes === undefined || !touches(changes, 'routes')) return [];
  return [
    {
      kind: 'routes',
      before: actual.triggers.routes.map(({ pattern, zoneId, zoneName }) =>
        wantedZone({ pattern }, zoneId, zoneName),
      ),
      after: routes.map(({ pattern, zoneId, zoneName }) => wantedZone({ pattern }, zoneId, zoneName)),
    },
  ];
}

function domainSteps({ worker, actual, changes, takeOver }: StepInputs): readonly Step[] {
  const { customDomains } = worker.triggers;
  if (customDomains === undefined || !touches(changes, 'customDomains')) return [];
  return [
    {
      kind: 'custom-domains',
      before: actual.triggers.domains.map(({ hostname, zoneId, zoneName }) =>
        wantedZone({ hostname }, zoneId, zoneName),
      ),
      after: customDomains.map((domain) => ({
        ...wantedZone({ hostname: domain.hostname }, domain.zoneId, domain.zoneName),
        ...(domain.enabled === undefined ? {} : { enabled: domain.enabled }),
        ...(domain.previewsEnabled === undefined ? {} : { previews_enabled: domain.previewsEnabled }),
      })),
      takeOver,
    },
  ];
}

function cronSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  const { crons } = worker.triggers;
  if (crons === undefined || !touches(changes, 'crons')) return [];
  const before = actual.state.crons.known ? actual.state.crons.value : [];
  return [{ kind: 'crons', before, after: crons }];
}

function consumerSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  const wanted = worker.triggers.queueConsumers;
  if (wanted === undefined || !touches(changes, 'queueConsumers')) return [];
  const edits = actual.triggers.queues.flatMap((queue): readonly ConsumerEdit[] => {
    const declared = wanted.find((consumer) => consumer.queue === queue.name);
    const live = queue.consumers.find((consumer) => isOwnConsumer(queue, consumer, worker));
    const differs = changes.some(
      ({ path }) => path.startsWith('queueConsumers') && path.includes(queue.name),
    );
    if (!differs || (declared === undefined && live === undefined)) return [];
    const before: WantedConsumer | null =
      live === undefined
        ? null
        : {
            type: live.type === 'http_pull' ? 'http_pull' : 'worker',
            ...(live.scriptName === null ? {} : { script_name: live.scriptName }),
            ...(live.deadLetterQueue === null ? {} : { dead_letter_queue: live.deadLetterQueue }),
            settings: live.settings,
          };
    const after = declared === undefined ? null : toWanted(declared, worker.scriptName);
    return [{ queue, consumerId: live?.id ?? null, before, after }];
  });
  return edits.length === 0 ? [] : [{ kind: 'queue-consumers', edits }];
}

function workflowSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  const wanted = worker.triggers.workflows ?? [];
  const put = wanted.filter(
    ({ name }) =>
      !actual.state.exists ||
      changes.some(({ path, kind }) => isOf(path, `workflows.${name}`) && kind !== 'removed') ||
      changes.some(({ path }) => path === `workflows[${name}]`),
  );
  if (put.length === 0) return [];
  const known = actual.triggers.workflows.map(({ name }) => name);
  return [
    { kind: 'workflows', put, created: put.map(({ name }) => name).filter((name) => !known.includes(name)) },
  ];
}

function toWanted(consumer: QueueConsumer, scriptName: string): WantedConsumer {
  return {
    type: consumer.type,
    ...(consumer.type === 'worker' ? { script_name: scriptName } : {}),
    ...(consumer.deadLetterQueue === undefined ? {} : { dead_letter_queue: consumer.deadLetterQueue }),
    settings: consumer.settings,
  };
}

function wantedZone<T extends object>(
  entry: T,
  zoneId: string | null | undefined,
  zoneName: string | null | undefined,
): T & { readonly zone_id?: string; readonly zone_name?: string } {
  if (zoneId !== null && zoneId !== undefined) return { ...entry, zone_id: zoneId };
  return zoneName === null || zoneName === undefined ? entry : { ...entry, zone_name: zoneName };
}
