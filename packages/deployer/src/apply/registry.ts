import { cronsStep } from '../sections/parts/crons.ts';
import { customDomainsStep } from '../sections/parts/custom-domains.ts';
import { queueConsumersStep } from '../sections/parts/queue-consumers-step.ts';
import { routesStep } from '../sections/parts/routes-step.ts';
import { scriptSettingsStep } from '../sections/parts/settings.ts';
import { SECTION_NAMES, SECTIONS } from '../sections/registry.ts';
import type { SectionStepModule, StepKind as SectionStepKind } from '../sections/step.ts';
import { subdomainStep } from '../sections/parts/workers-dev.ts';
import { workflowsStep } from '../sections/parts/workflows.ts';
import type { Progress, Step, StepContext, StepKind, StepModule } from '../plan/step.ts';
import { checkVersionStep } from './steps/check-version.ts';
import { markStep } from './steps/mark.ts';
import { promoteStep } from './steps/promote.ts';
import { shiftStep } from './steps/shift.ts';
import { stageStep } from './steps/stage.ts';
import { isStillOurs } from './steps/traffic.ts';
import { uploadAssetsStep } from './steps/upload-assets.ts';
import { uploadScriptStep } from './steps/upload-script.ts';
import { uploadVersionStep } from './steps/upload-version.ts';
import { watchStep } from './steps/watch.ts';

/** Every kind of step; a forgotten one does not compile. */
const STEPS: { readonly [K in StepKind]: StepModule<K> } = {
  'upload-assets': uploadAssetsStep,
  'upload-version': uploadVersionStep,
  'upload-script': uploadScriptStep,
  stage: stageStep,
  'check-version': checkVersionStep,
  shift: shiftStep,
  watch: watchStep,
  promote: promoteStep,
  'script-settings': ofSection(scriptSettingsStep),
  subdomain: ofSection(subdomainStep),
  routes: ofSection(routesStep),
  'custom-domains': ofSection(customDomainsStep),
  crons: ofSection(cronsStep),
  'queue-consumers': ofSection(queueConsumersStep),
  workflows: ofSection(workflowsStep),
  mark: markStep,
};

/** How the step is told and how many calls it takes. */
export function describeStep(step: Step): { readonly description: string; readonly calls: number } {
  const module = moduleOf(step);
  return { description: module.describe(step), calls: module.calls(step) };
}

/** Whether it sets what is no part of a version. */
export function isOfSection({ kind }: Step): boolean {
  return SECTION_NAMES.some((name) => SECTIONS[name].carrier === kind);
}

/** Does it. */
export function applyStep(step: Step, context: StepContext, soFar: Progress): Promise<Progress> {
  return moduleOf(step).apply(step, context, soFar);
}

/** Undoes it; gives what stays behind. */
export function revertStep(step: Step, context: StepContext, soFar: Progress): Promise<string | null> {
  return moduleOf(step).revert(step, context, soFar);
}

/**
 * The step of a section as one of a run: it gives nothing to the steps after it. It is not undone where another deploy is live
 * by now, or somebody changed it since: what is there is theirs.
 */
function ofSection<K extends SectionStepKind>(module: SectionStepModule<K>): StepModule<K> {
  const { describe, apply, revert, holds } = module;
  return {
    ...module,
    async apply(step, context, soFar) {
      await apply(step, context);
      return soFar;
    },
    async revert(step, context, soFar) {
      if (!(await isStillOurs(context, soFar))) {
        return `not undone, because another deploy is live: ${describe(step)}`;
      }
      if (holds === undefined) return revert(step, context);
      if ((await holds(step, 'after', context)) !== false) return revert(step, context);
      return (await holds(step, 'before', context))
        ? null
        : `not undone, because somebody changed it since: ${describe(step)}`;
    },
  } as StepModule<K>;
}

/** The module of a step's own kind; the types of record and key agree, which TypeScript cannot follow over a union. */
function moduleOf<K extends StepKind>(step: { readonly kind: K }): StepModule<K> {
  return STEPS[step.kind];
}
