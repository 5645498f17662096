import type { GradualSummary } from '@cf-deploy/deployer';
import type { Style } from './style.ts';

/** What names a target in a command. */
interface Named {
  readonly tenant: string;
  readonly environment: string | null;
  readonly gradual: GradualSummary | null;
}

/** Where a gradual deploy stands, and how it is gone on with; nothing for one that is over. */
export function gradualLines({ tenant, environment, gradual }: Named, style: Style): readonly string[] {
  if (gradual === null || !isOpen(gradual)) return [];
  const target = `--tenant=${tenant}${environment === null ? '' : ` --env=${environment}`}`;
  const { percent, step, steps, newVersionId, why, running } = gradual;
  const state = running ? 'under way' : gradual.status === 'running' ? 'interrupted' : gradual.status;
  return [
    `  gradual  ${style.yellow(state)}: step ${step} of ${steps}, ${percent} % for ${newVersionId}`,
    ...(why === null ? [] : [`           ${why}`]),
    ...(running
      ? [`           stop:   cf-deploy pause ${target}`]
      : [`           go on:  cf-deploy promote ${target}`]),
    `           back:   cf-deploy abort ${target}`,
  ];
}

/** Whether it waits for somebody, or somebody goes through it. */
export function isOpen({ status }: GradualSummary): boolean {
  return status === 'running' || status === 'paused';
}
