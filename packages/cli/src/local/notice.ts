import type { ResolvedWorker } from '@cf-deploy/deployer';
import type { StandIn } from '@cf-deploy/emulator';

/** What the user is told about `--local`: where it runs, that nothing leaves, and what is not the real thing. */
export function localNotice(
  where: string,
  workers: readonly ResolvedWorker[],
  standIns: readonly StandIn[],
): readonly string[] {
  const types = new Set(workers.flatMap(({ bindings }) => bindings.map(({ type }) => type)));
  const used = standIns.filter(({ type }) => types.has(type));
  return [
    `local: embedded Cloudflare ${where}. Nothing leaves this machine, and no real token is used.`,
    ...used.map(({ product, behaviour }) => `local: ${product} is a stand-in. ${behaviour}`),
  ];
}
