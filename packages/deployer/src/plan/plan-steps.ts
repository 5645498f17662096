import type { StepInputs } from './plan-inputs.ts';
import { settingsSteps, subdomainSteps } from './plan-settings.ts';
import { triggerSteps } from './plan-triggers.ts';
import { uploadSteps } from './plan-upload.ts';
import type { Step } from './step.ts';

/**
 * The steps that turn the live Worker into the wanted one, in order; empty when nothing is to be done. Only what the
 * files declare is touched. Pure.
 */
export function planSteps(inputs: StepInputs): readonly Step[] {
  return [
    ...uploadSteps(inputs),
    ...settingsSteps(inputs),
    ...subdomainSteps(inputs),
    ...triggerSteps(inputs),
  ];
}
