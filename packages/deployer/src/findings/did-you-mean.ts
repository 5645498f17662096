import { closest, distance } from 'fastest-levenshtein';

/**
 * The known name a written one probably means, or null when none is near. Names that only differ in case,
 * dashes or the order of letters are always near.
 */
export function didYouMean(written: string, known: readonly string[]): string | null {
  if (known.length === 0 || written.length > 64) return null;
  const plainWritten = plain(written);
  const letters = sorted(plainWritten);
  const plainKnown = known.map(plain);
  const same = plainKnown.indexOf(plainWritten);
  if (same !== -1) return known[same] ?? null;
  // Only one of the same length can have the same letters: few are sorted.
  const swapped = plainKnown.findIndex(
    (name) => name.length === plainWritten.length && sorted(name) === letters,
  );
  if (swapped !== -1) return known[swapped] ?? null;
  const nearest = closest(written, [...known]);
  const allowed = Math.max(1, Math.floor(Math.min(written.length, nearest.length) / 3));
  if (distance(written, nearest) <= allowed) return nearest;
  // `compat_date` for `compatibility_date`: every word begins one of the other's.
  return known.find((name) => abbreviates(written, name)) ?? null;
}

/** A name without what people write in several ways. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function sorted(letters: string): string {
  return [...letters].toSorted().join('');
}

function abbreviates(short: string, long: string): boolean {
  const shortWords = short.toLowerCase().split('_');
  const longWords = long.toLowerCase().split('_');
  return (
    shortWords.length === longWords.length &&
    shortWords.every((word, index) => word.length >= 3 && (longWords[index] ?? '').startsWith(word))
  );
}
