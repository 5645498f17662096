import type { DeployResult } from '@cf-deploy/deployer';
import type { Command } from '../life.ts';
import type { Seen } from '../seen.ts';

/** Secrets stay what they were, whatever became of a deploy or a rollback. */
export function checkSecrets(
  { kind, before, after, others, flipped, result }: Command,
  secrets: readonly string[],
): readonly string[] {
  if (kind === 'put-secret' || kind === 'push-secrets') return [];
  // Cloudflare refuses to go back over a changed secret; where it does not, nothing tells.
  const isHeldBack = !flipped.includes('secrets-hold-back') && !flipped.includes('secrets-compared-by-value');
  if (kind === 'rollback' && !isHeldBack) return [];
  // Cloudflare has no "only if": what somebody does between the last look and the write is overwritten.
  const unseen = flipped.includes('lists-are-current') || flipped.includes('secrets-hold-back');
  if (others.seen !== null && unseen) return [];
  const base = (others.seen?.after ?? before).live?.secrets ?? {};
  const then = before.live?.secrets ?? {};
  return Object.entries(base).flatMap(([name, value]) => {
    const now = after.live?.secrets[name];
    if (now === value) return [];
    // Somebody may have set it later than what was live then.
    if (now !== undefined && secrets.lastIndexOf(now) > secrets.indexOf(value)) return [];
    // An upload takes over what the newest version holds, live or not: there somebody wrote it later than what was live.
    if (now !== undefined && writtenIn(before, name, now) > writtenIn(before, name, value)) return [];
    // Seen, but the weather did not let the traffic be given back: what was live before is, and that is said.
    if (others.seen !== null && now === then[name] && saysTrafficStays(result)) return [];
    if (now === undefined) return [`secret ${name} is lost`];
    return now === then[name]
      ? [`an old value of secret ${name} is back`]
      : [`secret ${name} changed from ${value} to ${now}`];
  });
}

/** The last version that was the first of some to hold that value, as its place among all; -1: none was. */
function writtenIn({ secrets }: Seen, name: string, value: string): number {
  return secrets.findLastIndex((of, at) => of[name] === value && secrets[at - 1]?.[name] !== value);
}

/** It says of traffic it moved that it could not be given back, or could not undo that while nothing could be read. */
function saysTrafficStays(result: DeployResult | null): boolean {
  const left = result?.leftovers.join() ?? '';
  if (left.includes('could not be given back to')) return true;
  if (result?.endState !== 'unknown') return false;
  const moved = result.steps.filter(({ kind }) => kind === 'stage' || kind === 'promote');
  return moved.some(({ description }) => left.includes(`could not undo "${description}"`));
}
