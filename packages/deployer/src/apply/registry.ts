import type { PlannedStep } from '../deployer-api.ts';
import type { Progress, Step, StepContext, StepKind, StepModule } from '../plan/step.ts';
import { checkVersionStep } from './steps/check-version.ts';
import { cronsStep } from './steps/crons.ts';
import { customDomainsStep } from './steps/custom-domains.ts';
import { promoteStep } from './steps/promote.ts';
import { queueConsumersStep } from './steps/queue-consumers.ts';
import { routesStep } from './steps/routes.ts';
import { scriptSettingsStep } from './steps/script-settings.ts';
import { subdomainStep } from './steps/subdomain.ts';
import { uploadAssetsStep } from './steps/upload-assets.ts';
import { uploadScriptStep } from './steps/upload-script.ts';
import { uploadVersionStep } from './steps/upload-version.ts';
import { workflowsStep } from './steps/workflows.ts';

/** Every kind of step; a forgotten one does not compile. */
const STEPS: { readonly [K in StepKind]: StepModule<K> } = {
  'upload-assets': uploadAssetsStep,
  'upload-version': uploadVersionStep,
  'upload-script': uploadScriptStep,
  'check-version': checkVersionStep,
  promote: promoteStep,
  'script-settings': scriptSettingsStep,
  subdomain: subdomainStep,
  routes: routesStep,
  'custom-domains': customDomainsStep,
  crons: cronsStep,
  'queue-consumers': queueConsumersStep,
  workflows: workflowsStep,
};

/** The step as plans show it. */
export function toPlannedStep(step: Step): PlannedStep {
  const module = moduleOf(step);
  return {
    kind: step.kind,
    description: module.describe(step),
    destructive: module.destructive?.(step) ?? false,
    calls: module.calls(step),
  };
}

/** Does it. */
export function applyStep(step: Step, context: StepContext, soFar: Progress): Promise<Progress> {
  return moduleOf(step).apply(step, context, soFar);
}

/** Undoes it; gives what stays behind. */
export function revertStep(step: Step, context: StepContext, soFar: Progress): Promise<string | null> {
  return moduleOf(step).revert(step, context, soFar);
}

/** The module of a step's own kind; the types of record and key agree, which TypeScript cannot follow over a union. */
function moduleOf(step: Step): StepModule<StepKind> {
  return STEPS[step.kind] as unknown as StepModule<StepKind>;
}
