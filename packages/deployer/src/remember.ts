/** A map, or one that lets go of keys nobody else has any more. */
interface Memory<K, T> {
  get(key: K): T | undefined;
  set(key: K, made: T): unknown;
}

/** What was made for that key before, else made now. */
export function remember<K, T>(memory: Memory<K, T>, key: K, make: () => T): T {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
