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

  it('cuts long lines', () => {
    const frame = codeFrame(
      `{ "a": "${'x'.repeat(5000)}" }`,
      { file: 'w', line: 1, column: 3, length: 3 },
      0,
    );
    expect(frame[0]?.length).toBeLessThan(200);
  });
});
