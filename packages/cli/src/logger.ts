import type { DeployerOptions } from '@cf-deploy/deployer';
import { safeJson, type Redactor } from '@cf-deploy/deployer/security';
import type { LogLevel } from './flags/global-flags.ts';
import type { World } from './world.ts';

/** Field names whose values never go into a log, wherever they are. */
const SENSITIVE = ['authorization', 'apiToken', 'token', 'secret', 'value', 'text', 'password'];

/** A logger of JSON lines on stderr, or nothing when no level was asked for. */
export async function createLogger(
  world: World,
  level: LogLevel | undefined,
  redactor: Redactor,
): Promise<Pick<DeployerOptions, 'logger'>> {
  if (level === undefined || level === 'silent') return {};
  const { pino } = await import('pino');
  const logger = pino(
    {
      level,
      hooks: {
        logMethod(args, method) {
          // A copy of the arguments: pino's own redaction knows names, this one knows values.
          method.apply(this, redactor.value(args) as typeof args);
        },
      },
      redact: { paths: SENSITIVE.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' },
    },
    { write: (line: string) => world.stderr.write(safeJson(line)) },
  );
  return { logger };
}
