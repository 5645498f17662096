import { deleteWorkflow, putWorkflow } from '../../cloudflare/workflows.ts';
import type { StepModule } from '../../plan/step.ts';

/** Registers the Worker's own workflows. */
export const workflowsStep: StepModule<'workflows'> = {
  describe: ({ put }) => `register ${put.map(({ name }) => `workflow ${name}`).join(', ')}`,
  calls: ({ put }) => put.length,
  async apply(step, { writer, worker }, soFar) {
    for (const { name, className, options } of step.put) {
      await putWorkflow(writer, { name, scriptName: worker.scriptName, className, options });
    }
    return soFar;
  },
  async revert(step, { writer }) {
    for (const name of step.created) await deleteWorkflow(writer, name).catch(() => undefined);
    const changed = step.put.map(({ name }) => name).filter((name) => !step.created.includes(name));
    // Its limits and schedules cannot be read, so they cannot be put back.
    return changed.length === 0 ? null : `options of workflow ${changed.join(', ')}`;
  },
};
