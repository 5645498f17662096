import { expect, test } from 'vitest';
import { encodeForm, type FormPart } from './multipart.ts';

async function received(parts: readonly FormPart[]): Promise<FormData> {
  const { bytes, contentType } = encodeForm(parts);
  return new Response(bytes, { headers: { 'content-type': contentType ?? '' } }).formData();
}

test('a form is read back with its fields, files, types and bytes', async () => {
  const bytes = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
  const form = await received([
    { name: 'metadata', content: '{"main":"ü"}' },
    { name: './lib/a.wasm', content: bytes, contentType: 'application/wasm' },
    { name: 'empty.txt', content: '', contentType: 'text/plain' },
  ]);
  expect([...form.keys()]).toEqual(['metadata', './lib/a.wasm', 'empty.txt']);
  expect(form.get('metadata')).toBe('{"main":"ü"}');
  const file = form.get('./lib/a.wasm') as File;
  expect([file.name, file.type, new Uint8Array(await file.arrayBuffer())]).toEqual([
    './lib/a.wasm',
    'application/wasm',
    bytes,
  ]);
  expect(await (form.get('empty.txt') as File).text()).toBe('');
});

test('a name cannot end its line or its quotes, and so add a header or a part', async () => {
  const name = 'a"; filename="b\r\nContent-Type: x\r\n\r\ny';
  const { bytes } = encodeForm([{ name, content: 'x', contentType: 'text/plain' }]);
  const [, disposition, type] = bytes.toString().split('\r\n');
  expect([disposition?.split('"').length, type]).toEqual([5, 'Content-Type: text/plain']);
  expect([...(await received([{ name, content: 'x' }])).keys()]).toHaveLength(1);
});

test('two forms have different boundaries, which their contents cannot know', () => {
  const [one, two] = [encodeForm([]), encodeForm([])];
  expect(one.contentType).not.toBe(two.contentType);
});
