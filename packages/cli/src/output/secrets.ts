import type { SecretsListResult } from '@cf-deploy/deployer';
import { heading } from './heading.ts';
import type { Style } from './style.ts';

/** Secrets by name: present or missing, required or not. */
export function secretsLines(result: SecretsListResult, style: Style): readonly string[] {
  if (result.secrets.length === 0) return [heading(result, style), '  It has no secrets and requires none.'];
  return [
    heading(result, style),
    ...result.secrets.map(({ name, present, required }) => {
      const state = present ? style.green('present') : style.red('missing');
      return `  ${state}  ${name}${required ? style.dim(' required') : ''}`;
    }),
  ];
}
