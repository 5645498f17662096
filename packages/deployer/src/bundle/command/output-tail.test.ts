import { expect, test } from 'vitest';
import { createRedactor } from '../../security/redact.ts';
import { Secret } from '../../security/secret.ts';
import { outputTail } from './output-tail.ts';

const SECRET = 'planted-0123456789-Value';

test('a build that prints a secret across the cut does not get the rest of it shown', () => {
  const redactor = createRedactor([new Secret(SECRET)]);
  for (let left = 0; left <= SECRET.length; left += 1) {
    const tail = outputTail(redactor.text);
    for (const piece of ['x'.repeat(100_000), SECRET, 'y'.repeat(4_000 - left)]) tail.add(piece);
    const shown = tail.text();
    expect(shown.length).toBeLessThanOrEqual(4_000);
    for (let at = 0; at + 4 <= SECRET.length; at += 1) expect(shown).not.toContain(SECRET.slice(at, at + 4));
  }
});

test('much output in small pieces costs little memory and keeps its end', () => {
  const tail = outputTail((text) => text);
  for (let line = 0; line < 100_000; line += 1) tail.add(`line ${line}\n`);
  expect(tail.text().endsWith('line 99999\n')).toBe(true);
});
