import { deleteWorkflow, putWorkflow, type LiveWorkflow } from '../../cloudflare/workflows.ts';
import type { WorkflowTrigger } from '../../resolve/resolved-worker.ts';
import { changeKind } from '../change.ts';
import { compareEntries, type Entries } from '../compare.ts';
import { problem, type PreflightOptions, type Problem } from '../problem.ts';
import { defineSection, known, unasked } from '../section.ts';
import type { SectionStep, SectionStepModule } from '../step.ts';
import { digestOf } from '../marker.ts';
import { IN_A_NAMESPACE } from './workers-dev.ts';

/**
 * The Worker's own workflows: name → class, and a digest of the options, which no answer gives back: what is live of
 * them is what our last deployment's marker says.
 */
export const workflows = defineSection<Entries>({
  carrier: 'workflows',
  declared: ({ triggers }) => triggers.workflows !== undefined,
  desired: ({ worker }) =>
    Object.fromEntries(
      (worker.triggers.workflows ?? []).map(({ name, className }) => [name, { class_name: className }]),
    ),
  absent: {},
  async read(live) {
    if (live.worker.dispatchNamespace !== null) return unasked(IN_A_NAMESPACE);
    return known(
      Object.fromEntries(
        (await live.workflows())
          .filter(({ scriptName }) => scriptName === live.worker.scriptName)
          .map(({ name, className }) => [name, { class_name: className }]),
      ),
    );
  },
  compare: compareEntries,
  // Nobody's workflow is deleted by a deploy: its instances would go with it.
  owns: ({ triggers }, difference) =>
    triggers.workflows !== undefined && changeKind(difference) !== 'removed',
  steps: ({ worker, live, changes }) =>
    workflowSteps(
      (worker.triggers.workflows ?? []).filter(({ name }) => changes.some(({ key }) => key === name)),
      live.triggers.workflows,
    ),
  preflight: checkWorkflows,
});

/** The options of the workflows that are declared, as one digest; null when none has any. */
export function workflowOptionsDigest(declared: readonly WorkflowTrigger[] | undefined): string | null {
  const options = (declared ?? []).flatMap((workflow) =>
    Object.keys(workflow.options).length === 0 ? [] : [[workflow.name, workflow.options] as const],
  );
  return options.length === 0 ? null : digestOf(Object.fromEntries(options)).slice(0, 16);
}

/** Registers these workflows. */
export function workflowSteps(
  put: readonly WorkflowTrigger[],
  live: readonly LiveWorkflow[],
): readonly SectionStep[] {
  if (put.length === 0) return [];
  const there = live.map(({ name }) => name);
  return [
    { kind: 'workflows', put, created: put.map(({ name }) => name).filter((name) => !there.includes(name)) },
  ];
}

/** Registers the Worker's own workflows. */
export const workflowsStep: SectionStepModule<'workflows'> = {
  describe: ({ put }) => `register ${put.map(({ name }) => `workflow ${name}`).join(', ')}`,
  calls: ({ put }) => put.length,
  async apply(step, { writer, worker }) {
    for (const { name, className, options } of step.put) {
      await putWorkflow(writer, { name, scriptName: worker.scriptName, className, options });
    }
  },
  async revert(step, { writer }) {
    for (const name of step.created) await deleteWorkflow(writer, name).catch(() => undefined);
    const changed = step.put.filter(
      ({ name, options }) => !step.created.includes(name) && Object.keys(options).length > 0,
    );
    // Its limits and schedules cannot be read, so they cannot be put back.
    return changed.length === 0 ? null : `options of workflow ${changed.map(({ name }) => name).join(', ')}`;
  },
};

function checkWorkflows({ worker, live }: PreflightOptions): readonly Problem[] {
  return (worker.triggers.workflows ?? []).flatMap(({ name, options }) => {
    const there = live.triggers.workflows.find((workflow) => workflow.name === name);
    if (there === undefined || there.scriptName === null) return [];
    if (there.scriptName === worker.scriptName) {
      const wanted = options['jurisdiction'];
      return typeof wanted === 'string' ? jurisdictionProblem(there, wanted) : [];
    }
    return [
      problem('CONFLICT', {
        rule: 'workflow-taken',
        path: `workflows.${name}`,
        message: `Workflow ${name} belongs to Worker ${there.scriptName}.`,
        hint: 'Give the workflow another name.',
      }),
    ];
  });
}

/** A jurisdiction is given once: the API refuses another one (10209), after the upload. */
function jurisdictionProblem(live: LiveWorkflow, wanted: string): readonly Problem[] {
  if (live.jurisdiction === undefined || live.jurisdiction === wanted) return [];
  return [
    problem('CONFLICT', {
      rule: 'workflow-jurisdiction',
      path: `workflows.${live.name}`,
      message: `Workflow ${live.name} has ${live.jurisdiction === null ? 'no jurisdiction' : `the jurisdiction "${live.jurisdiction}"`}, which cannot be changed to "${wanted}".`,
      hint: 'Give the workflow another name, or write the jurisdiction it has.',
    }),
  ];
}
