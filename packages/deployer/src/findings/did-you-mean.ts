import { closest, distance } from 'fastest-levenshtein';

/**
 * The known name a written one probably means, or null when none is near. Names that only differ in case,
 * dashes or the order of letters are always near.
 */
export function didYouMean(written: string, known: readonly string[]): string | null {
  if (known.length === 0 || written.length > 64) return null;
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const same = known.find((name) => plain(name) === plain(written));
  if (same !== undefined) return same;
  const letters = (name: string): string => [...plain(name)].toSorted().join('');
  const swapped = known.find((name) => letters(name) === letters(written));
  if (swapped !== undefined) return swapped;
  const nearest = closest(written, [...known]);
  const allowed = Math.max(1, Math.floor(Math.min(written.length, nearest.length) / 3));
  if (distance(written, nearest) <= allowed) return nearest;
  // `compat_date` for `compatibility_date`: every word begins one of the other's.
  return known.find((name) => abbreviates(written, name)) ?? null;
}

function abbreviates(short: string, long: string): boolean {
  const shortWords = short.toLowerCase().split('_');
  const longWords = long.toLowerCase().split('_');
  return (
    shortWords.length === longWords.length &&
    shortWords.every((word, index) => word.length >= 3 && (longWords[index] ?? '').startsWith(word))
  );
}
