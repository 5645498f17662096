import { getSchedules, putSchedules } from '../../cloudflare/schedules.ts';
import { compareNames, sameNames } from '../compare.ts';
import { defineSection, known, unasked, type StepInputs } from '../section.ts';
import type { SectionStep, SectionStepModule } from '../step.ts';
import { IN_A_NAMESPACE, noAnswer } from './workers-dev.ts';

/** Cron triggers. */
export const crons = defineSection<readonly string[]>({
  carrier: 'crons',
  setAtOnce: true,
  declared: ({ triggers }) => triggers.crons !== undefined,
  desired: ({ worker }) => (worker.triggers.crons ?? []).toSorted(),
  absent: [],
  async read({ reader, worker }) {
    if (worker.dispatchNamespace !== null) return unasked(IN_A_NAMESPACE);
    const found = await getSchedules(reader, worker.scriptName);
    if (found === null) throw noAnswer(`the cron triggers of Worker ${worker.scriptName}`);
    return known(found.toSorted());
  },
  compare: (desired, actual) => compareNames(desired, actual),
  owns: ({ triggers }) => triggers.crons !== undefined,
  steps: cronSteps,
});

/** Replaces the whole list; what a rule leaves to others stays as it is. */
function cronSteps({ worker, live, changes, ignored }: StepInputs): readonly SectionStep[] {
  if (changes.length === 0) return [];
  const before = live.state.crons.known ? live.state.crons.value : [];
  const wanted = worker.triggers.crons ?? [];
  const after = [
    ...wanted.filter((cron) => !ignored.has(cron) || before.includes(cron)),
    ...before.filter((cron) => ignored.has(cron) && !wanted.includes(cron)),
  ];
  return [{ kind: 'crons', before, after }];
}

/** Replaces the cron triggers. */
export const cronsStep: SectionStepModule<'crons'> = {
  describe: ({ after }) =>
    after.length === 0 ? 'remove all cron triggers' : `set crons ${after.join(', ')}`,
  calls: () => 1,
  apply: (step, { writer, worker }) => putSchedules(writer, worker.scriptName, step.after),
  async holds(step, side, { reader, worker }) {
    const found = await getSchedules(reader, worker.scriptName);
    return found === null ? null : sameNames(found, step[side]);
  },
  async revert(step, { writer, worker }) {
    await putSchedules(writer, worker.scriptName, step.before);
    return null;
  },
};
