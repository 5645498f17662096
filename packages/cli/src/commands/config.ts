import type { ConfigResult } from '@cf-deploy/deployer';
import type { CommandModule } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { brief } from '../output/changes.ts';
import { heading } from '../output/heading.ts';
import type { Style } from '../output/style.ts';
import { addTargetFlags, oneTarget, type TargetFlags } from '../flags/target-flags.ts';

/** `config`: the resolved configuration, and the origin of each value. */
export const config: CommandModule = {
  name: 'config',
  summary: 'show the resolved configuration and where each value comes from',
  examples: ['cf-deploy config --tenant=acme --env=staging'],
  configure(command, execute) {
    addTargetFlags(command).action(
      execute<TargetFlags>(async (context, { flags }) => {
        const target = oneTarget(flags);
        const result = await (await context.deployer()).config(target);
        return { result, exitCode: EXIT.ok, lines: (style) => configLines(result, style) };
      }),
    );
  },
};

type Worker = ConfigResult['worker'];

/** Parts of the resolved Worker that are about where it was read, not what it is. */
const HIDDEN = new Set(['origins', 'warnings', 'bindings', 'rootDir', 'tenantDir', 'configFile']);

/** The resolved configuration, one value per line with where it comes from. */
export function configLines({ worker, bindings }: ConfigResult, style: Style): readonly string[] {
  const values = Object.entries(worker).filter(([key, value]) => !HIDDEN.has(key) && value !== null);
  return [
    heading(worker, style),
    ...values.flatMap(([key, value]) => valueLines(key, value, worker.origins, style)),
    '  bindings',
    ...bindings.map(
      ({ name, type, ...rest }) => `    ${name}  ${style.cyan(type)} ${style.dim(brief(rest))}`,
    ),
    '  origins',
    ...Object.entries(worker.origins).map(
      ([path, origin]) => `    ${path}  ${style.dim(originText(origin))}`,
    ),
  ];
}

function valueLines(
  key: string,
  value: Worker[keyof Worker],
  origins: Worker['origins'],
  style: Style,
): readonly string[] {
  const origin = origins[key];
  const from = origin === undefined ? '' : `  ${style.dim(originText(origin))}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`  ${key}  ${brief(value)}${from}`];
  const entries = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  if (entries.length === 0) return [];
  return [`  ${key}${from}`, ...entries.map(([name, inner]) => `    ${name}  ${brief(inner)}`)];
}

function originText({ from, place }: Worker['origins'][string]): string {
  return place === undefined ? from : `${place.file}:${place.line}${from === 'file' ? '' : ` (${from})`}`;
}
