import { listDomains, putDomains, type LiveDomain, type WantedDomain } from '../../cloudflare/domains.ts';
import type { CustomDomain } from '../../resolve/resolved-worker.ts';
import { changeKind } from '../change.ts';
import { problem, type PreflightOptions, type Problem } from '../problem.ts';
import { sameNames, type Entries } from '../compare.ts';
import { compareWritten, wantedZone, zoneFields, zonesMissing } from './routes.ts';
import {
  defineSection,
  known,
  unasked,
  type Consequence,
  type ConsequenceInputs,
  type Difference,
  type StepInputs,
} from '../section.ts';
import type { SectionStep, SectionStepModule } from '../step.ts';
import { compact, type JsonObject } from '../../json.ts';
import { IN_A_NAMESPACE } from './workers-dev.ts';

/** Custom domains by host, with zone and switches. */
export const customDomains = defineSection<Entries>({
  carrier: 'custom-domains',
  declared: ({ triggers }) => triggers.customDomains !== undefined,
  desired: ({ worker }) =>
    Object.fromEntries(
      (worker.triggers.customDomains ?? []).map((domain) => [
        domain.hostname,
        // Left out, the API's own defaults hold.
        { ...zoneFields(domain), ...switches({ enabled: true, previewsEnabled: false, ...domain }) },
      ]),
    ),
  absent: {},
  async read(live) {
    if (live.worker.dispatchNamespace !== null) return unasked(IN_A_NAMESPACE);
    return known(
      Object.fromEntries(
        (await live.domains())
          .filter(({ service }) => service === live.worker.scriptName)
          .map((domain) => [domain.hostname, { ...zoneFields(domain), ...switches(domain) }]),
      ),
    );
  },
  compare: compareWritten,
  owns: ({ triggers }) => triggers.customDomains !== undefined,
  consequence: domainConsequence,
  steps: domainSteps,
  preflight: checkDomains,
});

function switches({
  enabled,
  previewsEnabled,
}: {
  readonly enabled: boolean | null;
  readonly previewsEnabled: boolean | null;
}): JsonObject {
  return {
    ...(enabled === null ? {} : { enabled }),
    ...(previewsEnabled === null ? {} : { previews_enabled: previewsEnabled }),
  };
}

function domainConsequence(difference: Difference, inputs: ConsequenceInputs): Consequence | null {
  const hostname = difference.key ?? '';
  const kind = changeKind(difference);
  const { live, worker, takeOver } = inputs;
  const other = live.triggers.domains.find(
    (domain) => domain.hostname === hostname && domain.service !== worker.scriptName,
  );
  if (kind === 'added' && takeOver && other !== undefined) {
    const words = `${hostname} is taken from Worker ${other.service}`;
    return { destructive: true, irreversible: false, words };
  }
  const goes = kind === 'removed' && difference.field === null;
  return goes
    ? { destructive: true, irreversible: false, words: `the Worker no longer answers at ${hostname}` }
    : null;
}

function domainSteps({ worker, live, changes, ignored, takeOver }: StepInputs): readonly SectionStep[] {
  if (changes.length === 0) return [];
  const before = live.triggers.domains.filter(({ service }) => service === worker.scriptName).map(fromLive);
  const wanted = (worker.triggers.customDomains ?? []).map(fromFile);
  const after = [
    ...wanted.filter(({ hostname }) => !ignored.has(hostname)),
    ...before.filter(({ hostname }) => ignored.has(hostname)),
  ];
  return [{ kind: 'custom-domains', before, after, takeOver }];
}

function fromLive(domain: LiveDomain): WantedDomain {
  return {
    hostname: domain.hostname,
    ...wantedZone(domain),
    ...(domain.enabled === null ? {} : { enabled: domain.enabled }),
    ...(domain.previewsEnabled === null ? {} : { previews_enabled: domain.previewsEnabled }),
  };
}

function fromFile(domain: CustomDomain): WantedDomain {
  return {
    hostname: domain.hostname,
    ...wantedZone(domain),
    ...compact({ enabled: domain.enabled, previews_enabled: domain.previewsEnabled }),
  };
}

/** Replaces the Worker's custom domains; takes nothing over unless asked to. */
export const customDomainsStep: SectionStepModule<'custom-domains'> = {
  describe: ({ after }) =>
    after.length === 0
      ? 'detach all custom domains'
      : `attach ${after.map(({ hostname }) => hostname).join(', ')}`,
  calls: () => 1,
  apply: ({ after, takeOver }, { writer, worker }) =>
    putDomains(writer, worker.scriptName, { domains: after, takeOver }),
  async holds(step, side, { reader, worker }) {
    const found = (await listDomains(reader)).filter(({ service }) => service === worker.scriptName);
    const hosts = (domains: readonly { readonly hostname: string }[]): readonly string[] =>
      domains.map(({ hostname }) => hostname);
    return sameNames(hosts(found), hosts(step[side]));
  },
  async revert(step, { writer, worker }) {
    await putDomains(writer, worker.scriptName, { domains: step.before, takeOver: false });
    return step.takeOver ? 'custom domains that were taken over from other Workers' : null;
  },
};

async function checkDomains(options: PreflightOptions): Promise<readonly Problem[]> {
  const { reader, account, takeOver, worker, steps } = options;
  const wanted = steps.flatMap((step) =>
    step.kind === 'custom-domains' ? step.after.map(({ hostname }) => hostname) : [],
  );
  const added = steps.flatMap((step) =>
    step.kind === 'custom-domains'
      ? step.after.filter(({ hostname }) => !step.before.some((domain) => domain.hostname === hostname))
      : [],
  );
  const lost = await zonesMissing(
    options,
    added.map(({ hostname, ...zone }) => ({ ...zone, pattern: hostname })),
  );
  if (takeOver || wanted.length === 0) return lost;
  const taken = (await account.domains(reader))
    .filter(({ hostname, service }) => service !== worker.scriptName && wanted.includes(hostname))
    .map(({ hostname, service }) =>
      problem('CONFLICT', {
        rule: 'domain-taken',
        path: `routes[${hostname}]`,
        message: `Custom domain ${hostname} belongs to Worker ${service}.`,
        hint: 'Detach it there first, or deploy with takeOver to move it.',
      }),
    );
  return [...lost, ...taken];
}
