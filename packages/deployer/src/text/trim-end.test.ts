import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { withoutTrailing } from './trim-end.ts';

it.each([
  ['a==', 'a'],
  ['a=b=', 'a=b'],
  ['===', ''],
  ['', ''],
  ['ab', 'ab'],
])('of %j leaves %j', (text, left) => {
  expect(withoutTrailing(text, '=')).toBe(left);
});

/** One or many of something, at the end, with nothing before it that must be there: begun again at every place. */
const RUN_AT_END = /\/(?:\\?[^\\/^[(|]|\[[^\]]+\]|\\[sdw])[+*]\$\/[a-z]*/;
/** White space and then something: the same for every space of a run that nothing follows. */
const RUN_BEFORE = /\/\\s[+*][^\\/ ][^/]*\//;

it.each(['deployer', 'emulator', 'cli'])(
  'no expression in the sources of %s takes the square of the length of a text',
  (name) => {
    const folder = fileURLToPath(new URL(`../../../${name}/src`, import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const found = files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .flatMap((file) =>
        readFileSync(join(folder, file), 'utf8')
          .split('\n')
          .filter((line) => RUN_AT_END.test(line) || RUN_BEFORE.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      );
    expect(found).toEqual([]);
  },
);
