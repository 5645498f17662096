import { describe, expect, it } from 'vitest';
import { splitStatements } from './sql-statements.ts';

describe('splitting SQL', () => {
  it.each([
    ['one statement', 'SELECT 1', ['SELECT 1']],
    ['several, the last without end', 'SELECT 1; SELECT 2;\n SELECT 3', ['SELECT 1', 'SELECT 2', 'SELECT 3']],
    ['a sign within a string', `SELECT 'a;''b;' ; SELECT "c;d"`, [`SELECT 'a;''b;'`, 'SELECT "c;d"']],
    ['a sign within quoted names', 'SELECT `a;b`, [c;d]; SELECT 2', ['SELECT `a;b`, [c;d]', 'SELECT 2']],
    ['comments', 'SELECT 1 -- a; b\n; /* c; d */ SELECT 2', ['SELECT 1 -- a; b', '/* c; d */ SELECT 2']],
    ['nothing but blanks and comments', ' ; -- nothing\n ; /* ; */', []],
    ['an unterminated string', `SELECT 'a; b`, [`SELECT 'a; b`]],
  ])('%s', (_name, sql, expected) => {
    expect(splitStatements(sql)).toEqual(expected);
  });

  it('keeps the body of a trigger together', () => {
    const trigger = `create temp trigger t after insert on a begin update b set n = case when 1 then 2 else 3 end; delete from c; end`;
    expect(splitStatements(`${trigger}; SELECT 1`)).toEqual([trigger, 'SELECT 1']);
  });

  it('does not take a transaction for a trigger', () => {
    expect(splitStatements('BEGIN; SELECT 1; END')).toEqual(['BEGIN', 'SELECT 1', 'END']);
  });
});
