import type { ZoneRoute } from '../../cloudflare/routes.ts';
import type { LiveWorkflow } from '../../cloudflare/workflows.ts';
import { patternHost, zoneCandidates } from '../../cloudflare/zones.ts';
import type { ErrorCode } from '../../error-codes.ts';
import type { PreflightOptions, Problem } from './problem.ts';
import type { StepOf } from '../step.ts';

/** Routes, domains, queues and workflows that belong to others or do not exist; the account's workers.dev subdomain. */
export async function checkTriggers(options: PreflightOptions): Promise<readonly Problem[]> {
  const checks = options.plan.steps.map((step): Promise<readonly Problem[]> | readonly Problem[] => {
    switch (step.kind) {
      case 'subdomain':
        return step.after.enabled ? checkSubdomain(options) : [];
      case 'routes':
        return checkRoutes(options, step);
      case 'custom-domains':
        return checkDomains(options, step);
      default:
        return [];
    }
  });
  return [...(await Promise.all(checks)).flat(), ...checkQueues(options), ...checkWorkflows(options)];
}

async function checkSubdomain({ reader, account, plan }: PreflightOptions): Promise<readonly Problem[]> {
  if (plan.release.worker.accountSubdomain !== null || (await account.subdomain(reader)) !== null) return [];
  return [
    problem('RESOURCE_MISSING', {
      rule: 'no-subdomain',
      path: 'workers_dev',
      message: `Account ${reader.accountId} has no workers.dev subdomain, so the Worker cannot answer there.`,
      hint: 'Choose a subdomain on the Workers page of the dashboard, or set workers_dev to false.',
    }),
  ];
}

async function checkRoutes(options: PreflightOptions, step: StepOf<'routes'>): Promise<readonly Problem[]> {
  const { reader, account, takeOver, plan } = options;
  const own = plan.release.worker.scriptName;
  const added = step.after.filter(({ pattern }) => !step.before.some((route) => route.pattern === pattern));
  const checked = await Promise.all(
    added.map(async (route): Promise<readonly Problem[]> => {
      const zoneId = route.zone_id ?? (await findZoneId(options, route));
      if (zoneId === null) return [noZone(route.pattern)];
      const taken = (await account.zoneRoutes(reader, zoneId)).find(
        ({ pattern, script }) => pattern === route.pattern && script !== own,
      );
      return taken === undefined || takeOver ? [] : [routeTaken(taken)];
    }),
  );
  return checked.flat();
}

async function findZoneId(
  { reader, account }: PreflightOptions,
  route: { readonly pattern: string; readonly zone_name?: string },
): Promise<string | null> {
  const names =
    route.zone_name === undefined ? zoneCandidates(patternHost(route.pattern)) : [route.zone_name];
  for (const name of names) {
    const zone = await account.zone(reader, name);
    if (zone !== null) return zone.id;
  }
  return null;
}

async function checkDomains(
  { reader, account, takeOver, plan }: PreflightOptions,
  step: StepOf<'custom-domains'>,
): Promise<readonly Problem[]> {
  if (takeOver) return [];
  const own = plan.release.worker.scriptName;
  const domains = await account.domains(reader);
  return domains
    .filter(
      ({ hostname, service }) => service !== own && step.after.some((domain) => domain.hostname === hostname),
    )
    .map(({ hostname, service }) =>
      problem('CONFLICT', {
        rule: 'domain-taken',
        path: `routes[${hostname}]`,
        message: `Custom domain ${hostname} belongs to Worker ${service}.`,
        hint: 'Detach it there first, or deploy with takeOver to move it.',
      }),
    );
}

function checkQueues({ plan }: PreflightOptions): readonly Problem[] {
  const { worker } = plan.release;
  const { queues } = plan.actual.triggers;
  return (worker.triggers.queueConsumers ?? []).flatMap((consumer): readonly Problem[] => {
    const queue = queues.find(({ name }) => name === consumer.queue);
    if (queue === undefined) return [noQueue(consumer.queue)];
    const other = queue.consumers.find(
      ({ scriptName }) => scriptName !== null && scriptName !== worker.scriptName,
    );
    return other === undefined ? [] : [consumerTaken(queue.name, other.scriptName ?? '')];
  });
}

function checkWorkflows({ plan }: PreflightOptions): readonly Problem[] {
  const { worker } = plan.release;
  return (worker.triggers.workflows ?? []).flatMap(({ name, options }) => {
    const live = plan.actual.triggers.workflows.find((workflow) => workflow.name === name);
    if (live === undefined || live.scriptName === null) return [];
    if (live.scriptName === worker.scriptName) return jurisdictionProblem(live, options['jurisdiction']);
    return [
      problem('CONFLICT', {
        rule: 'workflow-taken',
        path: `workflows.${name}`,
        message: `Workflow ${name} belongs to Worker ${live.scriptName}.`,
        hint: 'Give the workflow another name.',
      }),
    ];
  });
}

/** A jurisdiction is given once: the API refuses another one (10209), after the upload. */
function jurisdictionProblem(live: LiveWorkflow, wanted: unknown): readonly Problem[] {
  if (wanted === undefined || live.jurisdiction === undefined || live.jurisdiction === wanted) return [];
  return [
    problem('CONFLICT', {
      rule: 'workflow-jurisdiction',
      path: `workflows.${live.name}`,
      message: `Workflow ${live.name} has ${live.jurisdiction === null ? 'no jurisdiction' : `the jurisdiction "${live.jurisdiction}"`}, which cannot be changed to "${String(wanted)}".`,
      hint: 'Give the workflow another name, or write the jurisdiction it has.',
    }),
  ];
}

function noZone(pattern: string): Problem {
  return problem('RESOURCE_MISSING', {
    rule: 'zone-missing',
    path: `routes[${pattern}]`,
    message: `No zone of the account matches the route ${pattern}.`,
    hint: 'Add the zone to this account, or correct the pattern or zone_name.',
  });
}

function routeTaken({ pattern, script }: ZoneRoute): Problem {
  return problem('CONFLICT', {
    rule: 'route-taken',
    path: `routes[${pattern}]`,
    message:
      script === null
        ? `Route ${pattern} exists and switches Workers off there.`
        : `Route ${pattern} belongs to Worker ${script}.`,
    hint: 'Remove it there first.',
  });
}

function noQueue(name: string): Problem {
  return problem('RESOURCE_MISSING', {
    rule: 'queue-missing',
    path: `queues.consumers[${name}]`,
    message: `Queue ${name} does not exist in the account.`,
    hint: 'Create the queue, or correct its name.',
  });
}

function consumerTaken(name: string, scriptName: string): Problem {
  return problem('CONFLICT', {
    rule: 'consumer-taken',
    path: `queues.consumers[${name}]`,
    message: `Queue ${name} is consumed by Worker ${scriptName}; a queue has one consumer.`,
    hint: 'Remove that consumer first.',
  });
}

function problem(
  code: ErrorCode,
  finding: { readonly rule: string; readonly path: string; readonly message: string; readonly hint: string },
): Problem {
  const { rule, ...rest } = finding;
  return { code, finding: { severity: 'error', code: rule, ...rest } };
}
