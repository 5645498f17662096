/** What an item needs. */
export interface Need<T> {
  readonly item: T;
  /** It can be begun without; it has to be gone over again once the other is there. */
  readonly soft: boolean;
}

/** Items in an order in which each comes after those it needs, and what of that is not possible. */
export interface Ordered<T> {
  readonly order: readonly T[];
  /** Of circles of soft needs: items to begin before those that need them, without what is not there yet. */
  readonly begun: ReadonlySet<T>;
  /** Circles that cannot be begun anywhere; each once, from an item back to the one before it. */
  readonly circles: readonly (readonly T[])[];
}

/**
 * Orders items by what they need; otherwise they keep their places. In a circle one that can do without the others is begun:
 * which most of them wait for, of several the last. What is ordered already stays as it is. Pure.
 *
 * @param needsOf what must come before; others than the items given do not count
 */
export function orderByNeeds<T>(items: readonly T[], needsOf: (item: T) => readonly Need<T>[]): Ordered<T> {
  const known = new Set(items);
  const needs = new Map(
    items.map((item) => [item, needsOf(item).filter((need) => need.item !== item && known.has(need.item))]),
  );
  const order: T[] = [];
  const begun = new Set<T>();
  const circles: T[][] = [];
  for (const group of groupsOf(items, (item) => (needs.get(item) ?? []).map((need) => need.item))) {
    const broken = group.length === 1 ? { order: group, begun: [] } : breakCircle(group, needs);
    order.push(...(broken?.order ?? group));
    for (const item of broken?.begun ?? []) begun.add(item);
    if (broken === null) circles.push(wayRound(group, needs));
  }
  return { order, begun, circles };
}

/** An order for items that all need each other, with those to begin before; null where hard needs go in a circle. */
function breakCircle<T>(
  group: readonly T[],
  needs: ReadonlyMap<T, readonly Need<T>[]>,
): { readonly order: readonly T[]; readonly begun: readonly T[] } | null {
  const place = new Map(group.map((item, index) => [item, index]));
  const needsInside = new Map(
    group.map((item) => [item, (needs.get(item) ?? []).filter((need) => place.has(need.item))]),
  );
  const neededBy = new Map<T, T[]>(group.map((item) => [item, []]));
  for (const [item, own] of needsInside) for (const need of own) neededBy.get(need.item)?.push(item);
  const waitingFor = new Map([...needsInside].map(([item, own]) => [item, own.length]));
  const there = new Set<T>();
  const whole: T[] = [];
  const begun = new Set<T>();
  /** Those that wait for nothing any more and are not there yet. */
  const ready = new Set<T>();
  const first = (): T | undefined =>
    [...ready].toSorted((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))[0];
  /** The one that most of the rest wait for, of those that can be begun; of several the last. */
  const mostNeeded = (): T | undefined => {
    const left = group.filter((item) => !there.has(item));
    const count = (item: T): number => (neededBy.get(item) ?? []).filter((one) => !there.has(one)).length;
    return left
      .filter((item) => needsInside.get(item)?.every((need) => need.soft || there.has(need.item)))
      .map((item) => ({ item, times: count(item) }))
      .toSorted((a, b) => a.times - b.times)
      .at(-1)?.item;
  };
  while (there.size < group.length) {
    const isReady = ready.size > 0;
    const next = isReady ? first() : mostNeeded();
    if (next === undefined) return null;
    there.add(next);
    ready.delete(next);
    if (isReady) whole.push(next);
    else begun.add(next);
    for (const item of neededBy.get(next) ?? []) {
      const left = (waitingFor.get(item) ?? 0) - 1;
      waitingFor.set(item, left);
      if (left === 0 && !there.has(item)) ready.add(item);
    }
  }
  // In their places, so that what is ordered already stays as it is.
  return { order: [...whole, ...group.filter((item) => begun.has(item))], begun: [...begun] };
}

/** One circle among items that all need each other, for telling it: along hard needs where they go in one. */
function wayRound<T>(group: readonly T[], needs: ReadonlyMap<T, readonly Need<T>[]>): T[] {
  const inside = new Set(group);
  const next = (item: T): T | undefined => {
    const own = (needs.get(item) ?? []).filter((need) => inside.has(need.item));
    return (own.find(({ soft }) => !soft) ?? own[0])?.item;
  };
  const way: T[] = [];
  for (let item = group[0]; item !== undefined; item = next(item)) {
    if (way.includes(item)) return way.slice(way.indexOf(item));
    way.push(item);
  }
  return way;
}

/**
 * Items that need each other, directly or not, together; each group after those it needs. Source: Tarjan, Depth-first
 * search and linear graph algorithms, 1972. Items of a group keep their places.
 */
function groupsOf<T>(items: readonly T[], needsOf: (item: T) => readonly T[]): readonly (readonly T[])[] {
  const place = new Map(items.map((item, index) => [item, index]));
  const found = new Map<T, number>();
  const open: T[] = [];
  const closed = new Set<T>();
  const groups: T[][] = [];
  const visit = (item: T): number => {
    const number = found.size;
    found.set(item, number);
    open.push(item);
    let lowest = number;
    for (const other of needsOf(item)) {
      if (!closed.has(other)) lowest = Math.min(lowest, found.get(other) ?? visit(other));
    }
    if (lowest < number) return lowest;
    const group = open.splice(open.indexOf(item));
    for (const each of group) closed.add(each);
    groups.push(group.toSorted((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0)));
    return number;
  };
  for (const item of items) if (!found.has(item)) visit(item);
  return groups;
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
