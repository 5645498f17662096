import { hash, randomBytes } from 'node:crypto';

/** Makes the identifiers Cloudflare would make. */
export interface Ids {
  /** 32 lower-case hex digits. */
  hex(): string;
  /** A version 4 UUID. */
  uuid(): string;
}

/**
 * @param seed With a seed the same requests in the same order give the same ids.
 * @param sequence Current commit number of the store, so that ids stay new after a restart with the same seed.
 */
export function createIds(seed: string | undefined, sequence: () => number): Ids {
  let counter = 0;
  const hex = (): string => {
    if (seed === undefined) return randomBytes(16).toString('hex');
    counter += 1;
    return hash('sha256', `${seed}:${sequence()}:${counter}`).slice(0, 32);
  };
  return { hex, uuid: () => asUuid(hex()) };
}

function asUuid(hex: string): string {
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
