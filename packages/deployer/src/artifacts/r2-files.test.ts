import { expect, test } from 'vitest';
import type { ReadClient, WriteClient } from '../cloudflare/client/calls.ts';
import { createR2Files } from './r2-files.ts';

/** A bucket that remembers what was sent, and gives its list in pages of two. */
function bucket(now: () => number = () => 0) {
  const sent: string[] = [];
  const keys = ['a', 'b', 'c', 'd', 'e'].map((key) => `shop/uploads/${key}`);
  const reader = {
    accountId: 'acc',
    page: async ({ shape, query }: Parameters<ReadClient['page']>[0]) => {
      const from = Number(query?.['cursor'] ?? 0);
      sent.push(`list ${query?.['prefix']} ${from}`);
      const page = keys.slice(from, from + 2).map((key) => ({ key, last_modified: '2026-01-02T03:04:05Z' }));
      return { result: shape.parse(page), info: { cursor: from + 2 < keys.length ? `${from + 2}` : '' } };
    },
  } as unknown as ReadClient;
  const writer = {
    accountId: 'acc',
    write: async ({ method, path }: Parameters<WriteClient['write']>[0]) => {
      sent.push(`${method} ${decodeURIComponent(path.split('/').at(-1) ?? '')}`);
      await Promise.resolve();
    },
  } as unknown as WriteClient;
  return { sent, files: createR2Files({ reader, writer, bucket: 'kept', prefix: 'shop', now }) };
}

test('a long list is read to its end, and keys come without the prefix', async () => {
  const { sent, files } = bucket();
  const listed = await files.list('uploads/');
  expect(listed.map(({ key }) => key)).toEqual([
    'uploads/a',
    'uploads/b',
    'uploads/c',
    'uploads/d',
    'uploads/e',
  ]);
  expect(listed[0]?.at).toBe(Date.parse('2026-01-02T03:04:05Z'));
  expect(sent).toEqual(['list shop/uploads/ 0', 'list shop/uploads/ 2', 'list shop/uploads/ 4']);
});

test('what several targets write at once is sent once, and needs no sending again for half an hour', async () => {
  let now = 0;
  const { sent, files } = bucket(() => now);
  await Promise.all([files.write('code/x', 'text'), files.write('code/x', 'text')]);
  expect(sent).toEqual(['put shop/code/x']);

  now = 29 * 60_000;
  expect(await files.touch('code/x')).toBe(true);
  now = 31 * 60_000;
  expect(await files.touch('code/x')).toBe(false);
});

test('what another process wrote, or was taken away, is not counted as there', async () => {
  const { files } = bucket();
  expect(await files.touch('code/x')).toBe(false);
  await files.write('code/x', 'text');
  await files.remove('code/x');
  expect(await files.touch('code/x')).toBe(false);
});
