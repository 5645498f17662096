/** One place of a pattern: a run of any characters, or what the one character there must satisfy. */
export type WildcardPart = 'any' | ((character: string) => boolean);

/** A pattern that was read once, to be tried on many texts. */
export type Matcher = (text: string) => boolean;

/**
 * Whether the parts cover the whole sequence. Two pointers and one place to go back to: the time is at most the product
 * of the two lengths, whatever they hold. A regular expression with several `.*` has no such bound.
 */
export function coversAll<Item>(
  parts: readonly ('any' | ((item: Item) => boolean))[],
  items: { readonly length: number; readonly [index: number]: Item },
): boolean {
  let at = 0;
  let part = 0;
  let retryPart = -1;
  let retryAt = 0;
  while (at < items.length) {
    const expected = parts[part];
    if (expected === 'any') {
      part += 1;
      retryPart = part;
      retryAt = at;
    } else if (expected !== undefined && expected(items[at] as Item)) {
      part += 1;
      at += 1;
    } else if (retryPart !== -1) {
      // The last run takes one more; those before it need not be looked at again.
      retryAt += 1;
      at = retryAt;
      part = retryPart;
    } else {
      return false;
    }
  }
  while (parts[part] === 'any') part += 1;
  return part === parts.length;
}

/**
 * Reads a pattern in which every run of `*` is any text and, where asked for, `?` is any one character. Everything else
 * stands for itself, case included.
 */
export function wildcard(pattern: string, options: { readonly questionMark?: boolean } = {}): Matcher {
  const texts = pattern.split(/\*+/);
  const parts = texts.flatMap((text, index): WildcardPart[] => {
    const characters = [...characterParts(text, options.questionMark === true)];
    return index === 0 ? characters : ['any', ...characters];
  });
  return (text) => coversAll(parts, text);
}

/** A pattern of paths with `/`: a whole segment of two or more `*` is any number of folders, `*` stays in one. */
export function pathWildcard(pattern: string): Matcher {
  const segments = pattern.split('/');
  const parts = segments.flatMap((segment, index): ('any' | Matcher)[] => {
    if (!/^\*{2,}$/.test(segment)) return [wildcard(segment)];
    // At the end it stands for what is below the folder, not for the folder itself.
    return index === segments.length - 1 ? ['any', () => true] : ['any'];
  });
  return (path) => coversAll(parts, path.split('/'));
}

function* characterParts(text: string, questionMark: boolean): Iterable<WildcardPart> {
  for (const expected of text.split('')) {
    yield questionMark && expected === '?' ? () => true : (character) => character === expected;
  }
}
