/** Pieces of text of one length. */
export interface WindowSet {
  /** The piece that stands in the text there. @default at its beginning */
  add(text: string, at?: number): void;
  /** Whether a piece that was added stands in the text there. */
  has(text: string, at: number): boolean;
}

const FIRST_SLOTS = 1 << 10;

/**
 * Begins with none. Each piece is kept as two hashes of 32 bits: as text, those of the secrets of ten thousand tenants took
 * hundreds of MB. Of another piece it is true once in some 10^19 looks; then a text is hidden that need not be.
 *
 * @param length of every piece, in UTF-16 units
 */
export function createWindowSet(length: number): WindowSet {
  // Pairs; a second number of 0 is an empty slot.
  let slots = new Uint32Array(FIRST_SLOTS * 2);
  let size = 0;
  /** Where the pair is, or else the empty slot in which it belongs. */
  const slotOf = (first: number, second: number): number => {
    const last = slots.length / 2 - 1;
    let slot = first & last;
    while (slots[slot * 2 + 1] !== 0 && (slots[slot * 2] !== first || slots[slot * 2 + 1] !== second)) {
      slot = (slot + 1) & last;
    }
    return slot;
  };
  const put = (first: number, second: number): void => {
    const slot = slotOf(first, second);
    if (slots[slot * 2 + 1] !== 0) return;
    slots[slot * 2] = first;
    slots[slot * 2 + 1] = second;
    size += 1;
  };
  const grow = (): void => {
    const before = slots;
    slots = new Uint32Array(before.length * 2);
    size = 0;
    for (let at = 0; at < before.length; at += 2) {
      if (before[at + 1] !== 0) put(before[at] ?? 0, before[at + 1] ?? 0);
    }
  };
  return {
    add(text, at = 0) {
      if (size * 4 >= slots.length) grow();
      put(hash(text, at, length, 0x811c9dc5), (hash(text, at, length, 0x9747b28c) | 1) >>> 0);
    },
    has(text, at) {
      if (at + length > text.length) return false;
      const first = hash(text, at, length, 0x811c9dc5);
      const last = slots.length / 2 - 1;
      // Most windows end here, at an empty slot.
      if (slots[(first & last) * 2 + 1] === 0) return false;
      return slots[slotOf(first, (hash(text, at, length, 0x9747b28c) | 1) >>> 0) * 2 + 1] !== 0;
    },
  };
}

/** A hash of 32 bits, unsigned. Source: FNV-1a, with the last steps of MurmurHash3 so that low bits depend on all. */
function hash(text: string, at: number, length: number, seed: number): number {
  let value = seed;
  for (let index = at; index < at + length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
