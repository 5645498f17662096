import { describe, expect, it } from 'vitest';
import { codeFrame } from './code-frame.ts';

const TEXT = '{\n\t"name": "shop",\n\t"compat_date": "x"\n}\n';

describe('a code frame', () => {
  it('underlines the place and shows the lines around it', () => {
    expect(codeFrame(TEXT, { file: 'w', line: 3, column: 2, length: 13 })).toEqual([
      '  2 | \t"name": "shop",',
      '> 3 | \t"compat_date": "x"',
      '    | \t^^^^^^^^^^^^^',
      '  4 | }',
    ]);
  });

  it('does not underline beyond the end of the line', () => {
    expect(codeFrame('{}', { file: 'w', line: 1, column: 1, length: 50 }, 0)).toEqual([
      '> 1 | {}',
      '    | ^^',
    ]);
  });

  it('never shows a secret', () => {
    const text = `{ "API_KEY": "abcdefghijklmnop0123" }`;
    expect(codeFrame(text, { file: 'w', line: 1, column: 3, length: 9 }, 0).join('\n')).not.toContain(
      'abcdef',
    );
  });

  it('shows the part of a long line that is meant, and underlines it', () => {
    const line = `{ ${'"a": 1, '.repeat(50)}"wrong": true }`;
    const column = line.indexOf('"wrong"') + 1;
    const [shown = '', underline = ''] = codeFrame(line, { file: 'w', line: 1, column, length: 7 }, 0);
    expect(shown).toMatch(/^> 1 \| \.\.\..{10,30}"wrong": true \}$/);
    expect(shown.slice(underline.indexOf('^'), underline.lastIndexOf('^') + 1)).toBe('"wrong"');
  });

  it('never underlines more of a long line than it shows', () => {
    const line = `{ ${'x'.repeat(300)} "long": "${'y'.repeat(300)}" }`;
    const frame = codeFrame(line, { file: 'w', line: 1, column: 304, length: 300 }, 0);
    expect(frame[1]?.length).toBeLessThanOrEqual(frame[0]?.length ?? 0);
  });

  it.each([
    ['double quotes', JSON.stringify('a "value", of \'words\' & {signs}')],
    ['single quotes', String.raw`'a "value", of \'words\' & {signs}'`],
    ['commas', 'a value of words & signs (as in a table)'],
  ])('cuts through no value within %s, wherever it stands', (_, value) => {
    const pieces = Array.from({ length: value.length - 5 }, (_none, at) => value.slice(at, at + 6));
    for (let before = 0; before < 120; before += 1) {
      const line = `{ ${'"k":1,'.repeat(before)}${value},${'"k":1,'.repeat(20)} "wrong": true }`;
      for (const column of [1, line.indexOf(value) + 1, line.indexOf('"wrong"') + 1]) {
        const [shown = ''] = codeFrame(line, { file: 'w', line: 1, column, length: 7 }, 0);
        const there = pieces.filter((piece) => shown.includes(piece));
        expect(there).toEqual(shown.includes(value) ? pieces : []);
      }
    }
  });

  it('cuts long lines', () => {
    const frame = codeFrame(
      `{ "a": "${'x'.repeat(5000)}" }`,
      { file: 'w', line: 1, column: 3, length: 3 },
      0,
    );
    expect(frame[0]?.length).toBeLessThan(200);
  });
});
