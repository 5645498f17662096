import { ACTING_CHARACTERS, ACTING_MARKS } from '@cf-deploy/deployer/security';

/** What our own styles write; see picocolors. */
const OWN_STYLES = '\\u001b\\[(?:0|1|2|22|3[1236]|39)m';
/** What GitHub takes for a command to itself: `::` at the beginning of a line. */
const COMMAND = '(?<=^[^\\S\\n]*)::';

const ACTING = new RegExp(`${OWN_STYLES}|${ACTING_CHARACTERS}|${COMMAND}|${ACTING_MARKS}`, 'gm');

/**
 * Text as it may go to a terminal or into the log of a CI system. Names, messages and whole answers come from the API or
 * the files of others; a control character in them could clear the screen, rename the window or hide a line, a line that
 * is a command could set a variable of the pipeline. So they are written out (`\x1b`).
 * @param color whether the colours in it are ours
 */
export function safeText(text: string, color: boolean): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(ACTING, (found) =>
      color && found.startsWith('\u001b') && found.length > 1 ? found : writtenOut(found),
    );
}

function writtenOut(found: string): string {
  const first = found.charAt(0);
  const code = first.charCodeAt(0).toString(16);
  if (found.startsWith('\udb40')) return String.raw`\u{${found.codePointAt(0)?.toString(16) ?? ''}}`;
  return `${code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`}${found.slice(1)}`;
}
