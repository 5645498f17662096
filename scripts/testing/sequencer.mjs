import { BaseSequencer } from 'vitest/node';

const UNIT = /\/packages\/[^/]+\/src\//;

/**
 * Begins with what runs whole commands and processes, and ends with the tests of single rooms, which lie beside them and
 * are short: one long file begun last is what all others would wait for. Among each other, vitest's order: by the time
 * each took, or, in a fresh clone, by size, which says little of it.
 */
export class LongOnesFirst extends BaseSequencer {
  async sort(files) {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is vitest's own, of its order
    const sorted = await super.sort(files);
    const isUnit = ({ moduleId }) => UNIT.test(moduleId);
    return [...sorted.filter((file) => !isUnit(file)), ...sorted.filter(isUnit)];
  }
}
