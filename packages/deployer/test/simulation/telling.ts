import type { Command } from './life.ts';

/** What tests choose lives by. */
export function metBy(
  { kind, network, others, flipped }: Command,
  weather: string,
  end: string,
): readonly string[] {
  const met: readonly (readonly [what: string, which: readonly string[]])[] = [
    ['weather', [weather]],
    ['fault', network.faults],
    ['ambush', network.sprung.map(({ what }) => what)],
    ['somebody else', others.did],
    ['switched', flipped],
    ['end', [end]],
  ];
  return [
    ...met.flatMap(([what, which]) => which.map((one) => `${kind}, ${what}: ${one}`)),
    ...network.sprung.map(({ what, at }) => `ambush: ${what} at ${at}`),
  ];
}

/** How a command ended, for the story. */
export function describe({ result, error, after }: Command): string {
  const traffic = after.shares
    .map(({ versionId, percentage }) => `${versionId.slice(0, 8)}=${percentage}`)
    .join(' ');
  const there = `live ${traffic || 'nothing'} rev ${after.live?.variables['REV'] ?? '-'}`;
  if (error !== null) return `${error.code} ${error.message}; ${there}`;
  if (result === null) return `done; ${there}`;
  const { status, endState, health, leftovers } = result;
  return `${status} ${endState}, health ${health.verdict}, left ${JSON.stringify(leftovers)}${
    result.error === null ? '' : `, ${result.error.code} ${result.error.message}`
  }; ${there}`;
}
