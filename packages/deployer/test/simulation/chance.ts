/** Chances of one life: each depends on the seed and on what it is asked about only, never on what was asked before. */
export interface Dice {
  /** From 0 (inclusive) to 1 (exclusive). */
  roll(about: string): number;
  happens(about: string, probability: number): boolean;
  pick<T>(about: string, from: readonly [T, ...T[]]): T;
  /** A whole number below `end`. */
  below(about: string, end: number): number;
}

export function createDice(seed: string): Dice {
  const roll = (about: string): number => fraction(`${seed} ${about}`);
  return {
    roll,
    happens: (about, probability) => roll(about) < probability,
    pick: (about, from) => from[Math.floor(roll(about) * from.length)] ?? from[0],
    below: (about, end) => Math.floor(roll(about) * end),
  };
}

/** FNV-1a, mixed as in MurmurHash3: thousands of times cheaper than a digest, which a simulation notices. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
