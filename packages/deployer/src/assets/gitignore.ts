import { coversAll, type Matcher, type WildcardPart } from '../text/wildcard.ts';

/** One line of an ignore file that says something. */
interface IgnoreLine {
  /** Takes files back in (`!`). */
  readonly negative: boolean;
  /** Only for folders (a slash at the end). */
  readonly folderOnly: boolean;
  readonly segments: readonly ('any' | Matcher)[];
}

/**
 * Reads text with git's ignore rules: the last line that matches decides. Case counts. Tried on one path; that nothing
 * below an ignored folder can be taken back in is up to whoever walks the folders.
 *
 * @returns tells of a path below the folder, with `/`, folders with one at the end, whether it is ignored
 * @see https://git-scm.com/docs/gitignore#_pattern_format
 */
export function ignoreMatcher(text: string): Matcher {
  const lines = text.split('\n').flatMap((line) => ignoreLine(line.replace(/\r$/, '')));
  return (name) => {
    const folder = name.endsWith('/');
    const names = (folder ? name.slice(0, -1) : name).split('/');
    const last = lines.findLast(
      ({ folderOnly, segments }) => (folder || !folderOnly) && coversAll(segments, names),
    );
    return last !== undefined && !last.negative;
  };
}

function ignoreLine(raw: string): IgnoreLine[] {
  if (raw.startsWith('#')) return [];
  const negative = raw.startsWith('!');
  const written = withoutTrailingSpaces(negative ? raw.slice(1) : raw);
  const folderOnly = written.endsWith('/');
  const pattern = folderOnly ? written.slice(0, -1) : written;
  if (pattern === '') return [];
  // A slash anywhere but at the end ties the pattern to this folder.
  const anchored = pattern.includes('/');
  const texts = pattern.replace(/^\//, '').split('/');
  const segments = texts.flatMap((segment, index): ('any' | Matcher)[] => {
    if (segment !== '**') return [segmentMatcher(segment)];
    return index === texts.length - 1 && texts.length > 1 ? ['any', () => true] : ['any'];
  });
  return [{ negative, folderOnly, segments: anchored ? segments : ['any', ...segments] }];
}

/** Spaces at the end do not count, unless a backslash keeps the first of them. */
function withoutTrailingSpaces(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ') end -= 1;
  return end < text.length && text[end - 1] === '\\' ? text.slice(0, end + 1) : text.slice(0, end);
}

function segmentMatcher(segment: string): Matcher {
  const parts: WildcardPart[] = [];
  for (let at = 0; at < segment.length; at += 1) {
    const character = segment[at] ?? '';
    if (character === '*') {
      if (parts.at(-1) !== 'any') parts.push('any');
    } else if (character === '?') {
      parts.push(() => true);
    } else if (character === '[') {
      const close = segment.indexOf(']', at + 2);
      if (close === -1) parts.push((found) => found === '[');
      else {
        parts.push(characterClass(segment.slice(at + 1, close)));
        at = close;
      }
    } else {
      if (character === '\\' && at + 1 < segment.length) at += 1;
      const literal = segment[at];
      parts.push((found) => found === literal);
    }
  }
  return (text) => coversAll(parts, text);
}

/** `a-z`, `abc`, `!0-9`: what stands between the brackets. */
function characterClass(inside: string): (character: string) => boolean {
  const negative = inside.startsWith('!') || inside.startsWith('^');
  const body = negative ? inside.slice(1) : inside;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < body.length; at += 1) {
    const from = body[at] ?? '';
    const isRange = body[at + 1] === '-' && at + 2 < body.length;
    const to = isRange ? (body[at + 2] ?? '') : from;
    ranges.push([from, to]);
    if (isRange) at += 2;
  }
  return (found) => ranges.some(([from, to]) => found >= from && found <= to) !== negative;
}
