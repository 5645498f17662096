/** What our own styles write; see picocolors. */
const OWN_STYLES = '\\u001b\\[(?:0|1|2|22|3[1236]|39)m';
/** Control characters except tab and line feed, and those that turn the direction of writing. */
const CONTROLS = '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]';

/**
 * Text as it may go to a terminal. Names, messages and whole answers come from the API or the files of others; a
 * control character in them could clear the screen, rename the window or hide a line, so it is written out (`\x1b`).
 * @param color whether the colours in it are ours
 */
export function safeText(text: string, color: boolean): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(new RegExp(`${OWN_STYLES}|${CONTROLS}`, 'g'), (found) =>
      color && found.length > 1 ? found : writtenOut(found),
    );
}

function writtenOut(found: string): string {
  const [first = '', ...rest] = found;
  const code = first.charCodeAt(0).toString(16);
  return `${code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`}${rest.join('')}`;
}
