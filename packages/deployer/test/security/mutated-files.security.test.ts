import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { check } from '../config/support.ts';
import { cpuMs } from '../support/cpu-ms.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/wrangler-parity/', import.meta.url));
const TEXTS: readonly string[] = readdirSync(FOLDER).flatMap((name) => {
  const { files } = JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8')) as {
    files: Record<string, unknown>;
  };
  const text = files['wrangler.jsonc'];
  return typeof text === 'string' && text.length > 150 ? [text] : [];
});

/** How many files: a few in every run, ten thousand with CF_DEPLOY_MUTATED_FILES=10000 (`npm run security`). */
const COUNT = Number(process.env['CF_DEPLOY_MUTATED_FILES'] ?? 1_000);

/** What is put in: short nonsense, or something repeated until it hurts. */
const inserted = fc.oneof(
  fc.constantFrom(
    '',
    '"',
    '{',
    '}',
    ']',
    ',',
    '//',
    '/*',
    '\\',
    '\u0000',
    '\u202e',
    '\ud800',
    '../',
    '\r\n',
    '*',
  ),
  fc
    .tuple(
      fc.constantFrom('\\', '"a":', '[', '{', ' ', '*', '"a","', '\n', '../', 'a.'),
      fc.nat({ max: 3_000 }),
    )
    .map(([piece, count]) => piece.repeat(count)),
);

const edits = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 20 }), inserted), { minLength: 1, maxLength: 4 });

it(
  'somebody damages files in every way: no crash, and no file takes two seconds',
  { timeout: 600_000 },
  () => {
    let slowest = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...TEXTS),
        edits,
        fc.constantFrom('wrangler.jsonc', 'wrangler.toml'),
        (text, cuts, file) => {
          const damaged = cuts.reduce((current, [where, length, insert]) => {
            const at = where % (current.length + 1);
            return current.slice(0, at) + insert + current.slice(at + length);
          }, text);
          const took = cpuMs(() => {
            const { worker, findings } = check(damaged, { file });
            expect(worker === null).toBe(findings.some(({ severity }) => severity === 'error'));
          });
          slowest = Math.max(slowest, took);
        },
      ),
      { seed: 20_261_127, numRuns: COUNT, endOnFailure: true },
    );
    expect(slowest).toBeLessThan(2_000);
  },
);
