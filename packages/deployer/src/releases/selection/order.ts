/** Items in an order in which each comes after those it needs, and the circles in which that is not possible. */
export interface Ordered<T> {
  readonly order: readonly T[];
  /** Each once, from an item back to the one before it. */
  readonly circles: readonly (readonly T[])[];
}

/**
 * Orders items by what they need; otherwise they keep their places. A circle is begun with its first item. Pure.
 *
 * @param needsOf items that must come before; others than those given do not count
 */
export function orderByNeeds<T>(items: readonly T[], needsOf: (item: T) => readonly T[]): Ordered<T> {
  const known = new Set(items);
  const placed = new Set<T>();
  const way = new Set<T>();
  const circles: T[][] = [];
  const place = (item: T): void => {
    if (placed.has(item)) return;
    if (way.has(item)) {
      const path = [...way];
      circles.push(path.slice(path.indexOf(item)));
      return;
    }
    way.add(item);
    for (const other of needsOf(item)) if (other !== item && known.has(other)) place(other);
    way.delete(item);
    placed.add(item);
  };
  for (const item of items) place(item);
  return { order: [...placed], circles };
}

/**
 * Items of every group by turns, those of one group in the order they had: whoever takes several at once takes them from
 * several groups. Pure.
 */
export function byTurns<T>(items: readonly T[], groupOf: (item: T) => string): readonly T[] {
  const taken = new Map<string, number>();
  const turns = items.map((item) => {
    const turn = taken.get(groupOf(item)) ?? 0;
    taken.set(groupOf(item), turn + 1);
    return { item, turn };
  });
  return turns.toSorted((a, b) => a.turn - b.turn).map(({ item }) => item);
}
