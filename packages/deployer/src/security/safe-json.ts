/**
 * Characters that act instead of showing: control characters except tab and line feed, those that turn the direction of
 * writing, and those that show nothing. Source of an expression's character class and of what may stand beside it.
 */
export const ACTING_CHARACTERS =
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]|\\udb40[\\udc00-\\udc7f]';

/** `##[`, `##vso[`, `##teamcity[`: taken for a command by CI systems wherever it stands in a line. */
export const ACTING_MARKS = '##(?=[a-zA-Z]{0,10}\\[)';

const ACTING = new RegExp(`${ACTING_CHARACTERS}|${ACTING_MARKS}`, 'g');

/**
 * JSON text in which no string acts on a terminal or a CI system: what would is written as `\uXXXX`, which means the
 * same to whoever reads the JSON.
 */
export function safeJson(json: string): string {
  return json.replaceAll(ACTING, (found) =>
    found.startsWith('#') ? `#${escaped('#')}` : Array.from(codeUnits(found), escaped).join(''),
  );
}

function codeUnits(text: string): readonly string[] {
  return Array.from({ length: text.length }, (_, at) => text.charAt(at));
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
