import { getWorkersDev, setWorkersDev } from '../../cloudflare/workers-dev.ts';
import { DeployError } from '../../errors.ts';
import { compareFields } from '../compare.ts';
import { problem, type PreflightOptions, type Problem } from '../problem.ts';
import { always, defineSection, known, unasked, type StepInputs } from '../section.ts';
import { compact, type JsonObject } from '../../json.ts';
import type { SectionStep, SectionStepModule } from '../step.ts';

/** Whether the Worker answers on workers.dev, and its versions at URLs of their own. */
export const workersDev = defineSection<JsonObject>({
  carrier: 'subdomain',
  desired: ({ worker: { triggers } }) => ({
    enabled: triggers.workersDev,
    ...compact({ previews_enabled: triggers.previewUrls }),
  }),
  // A new Worker starts with both switched off.
  absent: { enabled: false, previews_enabled: false },
  async read({ reader, worker }) {
    if (worker.dispatchNamespace !== null) return unasked(IN_A_NAMESPACE);
    const found = await getWorkersDev(reader, worker.scriptName);
    if (found === null) throw noAnswer(`the workers.dev setting of Worker ${worker.scriptName}`);
    return known({ enabled: found.enabled, previews_enabled: found.previews_enabled ?? false });
  },
  /** What the files do not say follows the API's default, which nobody tells. */
  compare: (desired, actual) =>
    compareFields(
      desired,
      Object.fromEntries(Object.entries(actual).filter(([field]) => Object.hasOwn(desired, field))),
    ),
  owns: always,
  consequence: ({ key, desired, actual }) =>
    key === 'enabled' && desired === false && actual === true
      ? { destructive: true, irreversible: false, words: 'the Worker no longer answers on workers.dev' }
      : null,
  steps: workersDevSteps,
  preflight: checkSubdomain,
});

/** Why a trigger is not asked for. */
export const IN_A_NAMESPACE = 'Workers in a dispatch namespace have no triggers';

/** "No such Worker" from an endpoint below one that exists says nothing about what is there. */
export function noAnswer(what: string): DeployError {
  return new DeployError(
    'API_UNREACHABLE',
    `Could not read ${what}: the API says that there is no such Worker.`,
  );
}

function workersDevSteps({ worker, live, changes }: StepInputs): readonly SectionStep[] {
  if (worker.dispatchNamespace !== null || changes.length === 0) return [];
  const { workersDev: enabled, previewUrls } = worker.triggers;
  const found = live.state.workersDev;
  const isOn = (field: string): boolean => found.known && found.value[field] === true;
  return [
    {
      kind: 'subdomain',
      before: live.exists
        ? { enabled: isOn('enabled'), previews_enabled: isOn('previews_enabled') }
        : { enabled: false },
      after: { enabled, ...compact({ previews_enabled: previewUrls }) },
    },
  ];
}

/** Switches workers.dev, and version URLs where the files say so. */
export const subdomainStep: SectionStepModule<'subdomain'> = {
  describe: ({ after }) =>
    `switch workers.dev ${after.enabled ? 'on' : 'off'}${after.previews_enabled === undefined ? '' : `, version URLs ${after.previews_enabled ? 'on' : 'off'}`}`,
  calls: () => 1,
  apply: (step, { writer, worker }) => setWorkersDev(writer, worker.scriptName, step.after),
  async holds(step, side, { reader, worker }) {
    const found = await getWorkersDev(reader, worker.scriptName);
    if (found === null) return null;
    const { enabled, previews_enabled: previews } = step[side];
    return found.enabled === enabled && (previews ?? found.previews_enabled) === found.previews_enabled;
  },
  async revert(step, { writer, worker }) {
    await setWorkersDev(writer, worker.scriptName, step.before);
    return null;
  },
};

async function checkSubdomain(options: PreflightOptions): Promise<readonly Problem[]> {
  const { reader, account, worker, steps } = options;
  const switchesOn = steps.some((step) => step.kind === 'subdomain' && step.after.enabled);
  if (!switchesOn || worker.accountSubdomain !== null || (await account.subdomain(reader)) !== null)
    return [];
  return [
    problem('RESOURCE_MISSING', {
      rule: 'no-subdomain',
      path: 'workers_dev',
      message: `Account ${reader.accountId} has no workers.dev subdomain, so the Worker cannot answer there.`,
      hint: 'Choose a subdomain on the Workers page of the dashboard, or set workers_dev to false.',
    }),
  ];
}
