import type { ResolvedWorker } from '@cf-deploy/deployer';
import type { StandIn } from '@cf-deploy/emulator';
import { z } from 'zod';
import type { LocalPaths } from './paths.ts';
import { readPrivateJson, writePrivateJson } from './private-json.ts';

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

/** Terminals remembered; the one told first is forgotten first. */
const MAX_SESSIONS = 20;

/**
 * Tells each line once in a session, and remembers that.
 * @param session - the terminal, and the server when one runs
 */
export async function tellOnce(
  paths: LocalPaths,
  session: string,
  lines: readonly string[],
  note: (line: string) => void,
): Promise<void> {
  const sessions =
    (await readPrivateJson(paths.told, z.array(z.tuple([z.string(), z.array(z.string())])))) ?? [];
  const told = sessions.find(([name]) => name === session)?.[1] ?? [];
  const fresh = lines.filter((line) => !told.includes(line));
  if (fresh.length === 0) return;
  for (const line of fresh) note(line);
  const others = sessions.filter(([name]) => name !== session).slice(1 - MAX_SESSIONS);
  await writePrivateJson(paths.told, [...others, [session, [...told, ...fresh]]]);
}
