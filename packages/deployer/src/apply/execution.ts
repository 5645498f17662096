import type { Deployment } from '../cloudflare/shapes.ts';
import type { Plan } from '../plan/plan.ts';
import type { StepContext } from '../plan/step.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import type { GradualRun } from './gradual.ts';
import type { DeployResult } from './result.ts';
import type { RunOptions } from './run.ts';

/** What execution needs beside the plan. */
export interface ExecuteOptions {
  readonly steps: Pick<
    StepContext,
    'newSecrets' | 'versionAnnotations' | 'deploymentMessage' | 'triggersBefore' | 'run'
  >;
  readonly url: string | null;
  readonly verify: boolean;
  readonly gradual: GradualRun;
  /** Told how far the steps are. */
  readonly onSteps: (steps: DeployResult['steps']) => Promise<void>;
  /** Told the active deployment, when it was read after all steps and is as they left it. */
  readonly onLive: (deployment: Deployment) => void;
}

/** One run: what it is for, and how it is undone. */
export interface Execution {
  readonly context: TenantContext;
  readonly plan: Plan;
  readonly options: ExecuteOptions;
  readonly undo: Pick<RunOptions, 'recovery' | 'onStep'>;
}
