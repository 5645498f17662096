import { expect, it } from 'vitest';
import { etagOf } from './prepare.ts';

const module = (name: string, blob: string) => ({ name, blob, contentType: 'text/plain', size: 1 });

it('the etag of a script is that of its code, whatever the order of the parts', () => {
  const [a, b] = [module('a', '1'), module('b', '2')];
  expect(etagOf([b, a], 'a')).toBe(etagOf([a, b], 'a'));
  expect(etagOf([a, module('b', '3')], 'a')).not.toBe(etagOf([a, b], 'a'));
  expect(etagOf([a, b], 'b')).not.toBe(etagOf([a, b], 'a'));
});
