import { hash } from 'node:crypto';

/** A number in [0, 1) that depends on the key only. */
export function chance(key: string): number {
  return hash('sha256', key, 'buffer').readUInt32BE(0) / 2 ** 32;
}

/** Numbers in [0, 1), one after another; the same for the same seed. */
export function createRandom(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return chance(`${seed}:${count}`);
  };
}
