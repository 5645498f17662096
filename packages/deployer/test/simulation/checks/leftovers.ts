import type { DeployResult } from '@cf-deploy/deployer';
import type { Command } from '../life.ts';
import type { Seen } from '../seen.ts';
import { hasTraffic, ownOf } from './own.ts';

/** A version that stays behind is named, and what is said of versions is so. */
export function checkLeftovers(command: Command, { endState, leftovers }: DeployResult): readonly string[] {
  const { after, network, others } = command;
  const text = leftovers.join('\n');
  const idle = ownOf(command).versions.filter((id) => !hasTraffic(after, id));
  // What somebody did while the account was read a last time mixes two truths.
  const unnamed =
    endState === 'unknown' || network.actedUnseen ? [] : idle.filter((id) => !text.includes(id));
  // An upload takes secrets over from the newest version: what was sent with an idle one comes with the next.
  const { blindAfterWrite, actedUnseen } = network;
  const isRead = endState !== 'unknown' && blindAfterWrite === 0 && !actedUnseen;
  const unsaid = (isRead ? idle : [])
    .filter((id) => id === after.versions.at(-1))
    .flatMap((id) => sentWith(after, id).map((name) => ({ id, name })))
    .filter(({ id, name }) => !leftovers.some((line) => line.includes(id) && line.includes(name)));
  const lies = leftovers.flatMap((line) => {
    const [id] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(line) ?? [];
    if (id === undefined) return [];
    const said = line.includes('stays live') ? true : line.includes('no traffic') ? false : null;
    // Traffic that somebody moved after the last look at it nobody could have seen.
    const looks = network.actedUnseen && others.seen !== null ? [after, others.seen.before] : [after];
    const isSo = said === null || looks.some((seen) => hasTraffic(seen, id) === said);
    return isSo ? [] : [`"${line}" is not so`];
  });
  return [
    ...unnamed.map((id) => `version ${id} is left and not named`),
    ...(endState === 'live-partly' && leftovers.length === 0 ? ['what is left is not named'] : []),
    ...unsaid.map(({ id, name }) => `it is not said that version ${id} was sent ${name}`),
    ...lies,
  ];
}

/** Names of secrets that came with a version: the one before, from which it took the others over, holds none or others. */
function sentWith({ secrets, versions }: Seen, id: string): readonly string[] {
  const at = versions.indexOf(id);
  return Object.entries(secrets[at] ?? {}).flatMap(([name, value]) =>
    secrets[at - 1]?.[name] === value ? [] : [name],
  );
}
