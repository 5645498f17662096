/** What our own styles write; see picocolors. */
const OWN_STYLES = '\\u001b\\[(?:0|1|2|22|3[1236]|39)m';
/** Control characters except tab and line feed, those that turn the direction of writing, and those that show nothing. */
const CONTROLS =
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]|\\udb40[\\udc00-\\udc7f]';
/**
 * What a CI system takes for a command to itself: `::` at the beginning of a line (GitHub), `##[` and `##vso[` anywhere
 * (GitHub, Azure), `##teamcity[`.
 */
const COMMANDS = '(?<=^[^\\S\\n]*)::|##(?=[a-zA-Z]{0,10}\\[)';

const ACTING = new RegExp(`${OWN_STYLES}|${CONTROLS}|${COMMANDS}`, 'gm');
const ACTING_IN_JSON = new RegExp(`${CONTROLS}|##(?=[a-zA-Z]{0,10}\\[)`, 'g');

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

/**
 * JSON text in which no string acts on a terminal or a CI system: what would is written as `\uXXXX`, which means the
 * same to whoever reads the JSON.
 */
export function safeJson(json: string): string {
  return json.replaceAll(ACTING_IN_JSON, (found) =>
    found.startsWith('#') ? `#${escaped('#')}` : Array.from(codeUnits(found), escaped).join(''),
  );
}

function codeUnits(text: string): readonly string[] {
  return Array.from({ length: text.length }, (_, at) => text.charAt(at));
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function writtenOut(found: string): string {
  const first = found.charAt(0);
  const code = first.charCodeAt(0).toString(16);
  if (found.startsWith('\udb40')) return String.raw`\u{${found.codePointAt(0)?.toString(16) ?? ''}}`;
  return `${code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`}${found.slice(1)}`;
}
