/**
 * Does something with each item, so many at once, and gives what came of it in the order of the items. Items are taken
 * when there is room: a queue of ten thousand waiting calls would keep what each of them left behind.
 *
 * @throws what `work` throws first
 */
export async function atOnce<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const takeOneAfterAnother = async (): Promise<void> => {
    for (const [index, item] of rest) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.floor(most)) }, takeOneAfterAnother));
  return results;
}
