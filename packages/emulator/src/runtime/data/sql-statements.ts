/**
 * Splits SQL at its `;`, but not within strings, quoted names, comments or the body of a trigger. Statements of blanks
 * and comments alone are left out.
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let start = 0;
  let words: string[] = [];
  let depth = 0;
  for (const { index, 0: token } of sql.matchAll(TOKEN)) {
    const word = token.toUpperCase();
    if (token !== ';') {
      if (/^\w/.test(token)) words.push(word);
      else if (!/^(?:--|\/\*)/.test(token)) words.push('');
      if (isTrigger(words)) depth += word === 'BEGIN' || word === 'CASE' ? 1 : word === 'END' ? -1 : 0;
      continue;
    }
    if (depth > 0) continue;
    if (words.length > 0) statements.push(sql.slice(start, index).trim());
    start = index + 1;
    words = [];
  }
  if (words.length > 0) statements.push(sql.slice(start).trim());
  return statements;
}

/** Comments, strings, quoted names, words, any other sign; an unterminated one runs to the end. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|\w+|[^\s\w]/g;

function isTrigger(words: readonly string[]): boolean {
  return words[0] === 'CREATE' && words.slice(1, 3).includes('TRIGGER');
}
