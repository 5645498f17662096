import { applyStep, revertStep } from '../../src/apply/registry.ts';
import type { DeployError } from '../../src/errors.ts';
import type { JsonObject } from '../../src/json.ts';
import type { Progress, Step, StepContext } from '../../src/plan/step.ts';
import { fakeApi, type Answer } from './api.ts';
import { makeDeployment, markedBy } from './live.ts';
import { makeBundle, makeWorker } from './worker.ts';

export const SCRIPT = '/workers/scripts/acme';
export const DEPLOYMENTS = `${SCRIPT}/deployments`;
export const VERSIONS = `${SCRIPT}/versions`;

/** A deployment as the API answers it. */
export const answered = (
  id: string,
  versions: Readonly<Record<string, number>>,
  run?: string,
): JsonObject => ({
  id,
  created_on: '2026-03-01T00:00:00Z',
  source: 'api',
  author_email: 'bob@example.com',
  annotations: run === undefined ? {} : markedBy(run),
  versions: Object.entries(versions).map(([version_id, percentage]) => ({ version_id, percentage })),
});
export const BEFORE = answered('d1', { v1: 100 });
export const OURS = answered('d2', { v2: 100 }, 'run');
export const STAGED = answered('d2', { v1: 100, v2: 0 }, 'run');
export const THEIRS = answered('d9', { v9: 100 }, 'other');
export const listed = (...deployments: readonly JsonObject[]): JsonObject => ({ deployments });
export const version = (id: string, number: number, run: string): JsonObject => ({
  id,
  number,
  annotations: markedBy(run),
});

/** Does or undoes a step against answers; gives what was sent and what it came to. */
export async function carry(
  how: 'apply' | 'revert',
  step: Step,
  answers: Readonly<Record<string, Answer>>,
  given: { readonly context?: Partial<StepContext>; readonly soFar?: Progress } = {},
) {
  const api = fakeApi(answers);
  const waits: number[] = [];
  const context = makeStepContext(api, {
    bundle: makeBundle(),
    versionAnnotations: markedBy('run'),
    deploymentMessage: (triggers) => `message ${triggers ?? 'without options'}`,
    triggersBefore: 'before',
    goBackTo: given.context?.basedOn === null ? null : (given.context?.basedOn ?? makeDeployment()).versions,
    sleep: async (ms) => void waits.push(ms),
    ...given.context,
  });
  const soFar = given.soFar ?? {};
  const result = await (
    how === 'apply' ? applyStep(step, context, soFar) : revertStep(step, context, soFar)
  ).catch((error: DeployError) => error);
  return { result, calls: api.writes.map(({ call }) => call), writes: api.writes, reads: api.reads, waits };
}

/** What steps are done with when nothing is there: no code, no assets, no secrets, no triggers before. */
export function makeStepContext(
  { reader, writer }: Pick<StepContext, 'reader' | 'writer'>,
  fields: Partial<StepContext> = {},
): StepContext {
  return {
    reader,
    writer,
    worker: makeWorker(),
    bundle: null,
    assets: null,
    newSecrets: {},
    versionAnnotations: {},
    deploymentMessage: () => '',
    triggersBefore: null,
    run: 'run',
    basedOn: makeDeployment(),
    goBackTo: makeDeployment().versions,
    gradual: { begin: () => undefined, watch: () => Promise.reject(new Error('not expected')) },
    conflicts: 'before',
    setsTriggers: false,
    sleep: async () => undefined,
    checkVersion: () => Promise.reject(new Error('not expected')),
    ...fields,
  };
}

export const deployed = (versions: Readonly<Record<string, number>>, triggers = 'before'): JsonObject => ({
  strategy: 'percentage',
  versions: Object.entries(versions).map(([version_id, percentage]) => ({ version_id, percentage })),
  annotations: { 'workers/message': `message ${triggers}` },
  code_update_strategy: { mode: 'deferred', max_delay: 300 },
});
