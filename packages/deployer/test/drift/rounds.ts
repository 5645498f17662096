/**
 * One file and one account can take many edits that have nothing to do with each other: gives them in rounds in which no
 * two exclude each other.
 */
export function rounds<Item>(
  items: readonly Item[],
  excludes: (one: Item, other: Item) => boolean,
): readonly (readonly Item[])[] {
  const found: Item[][] = [];
  for (const item of items) {
    const round = found.find((others) => !others.some((other) => excludes(other, item)));
    if (round === undefined) found.push([item]);
    else round.push(item);
  }
  return found;
}

/** Each with its number, as the rows of a table of tests. */
export function numbered<Item>(all: readonly Item[]): readonly (readonly [number, Item])[] {
  return all.map((item, index) => [index + 1, item] as const);
}

/** Both halves, for where all together are refused because of some of them; none of a single one. */
export function halves<Item>(all: readonly Item[]): readonly (readonly Item[])[] {
  const middle = Math.ceil(all.length / 2);
  return all.length < 2 ? [] : [all.slice(0, middle), all.slice(middle)];
}
