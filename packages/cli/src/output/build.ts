import type { BuildResult } from '@cf-deploy/deployer';
import { heading } from './heading.ts';
import { size } from './plan.ts';
import type { Style } from './style.ts';

/** Files written, their sizes, the digest. */
export function buildLines(result: BuildResult, style: Style): readonly string[] {
  return [
    heading(result, style),
    ...result.warnings.map((warning) => `  ${style.yellow('warning')} ${warning}`),
    ...result.files.map(({ path, bytes }) => `  ${path}  ${style.dim(size(bytes))}`),
    `  ${size(result.size.raw)}, ${size(result.size.gzip)} compressed, digest ${result.digest.slice(0, 16)}`,
  ];
}
