import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ReadClient } from './calls.ts';
import { readAllPages } from './paging.ts';

const call = { purpose: 'list', path: '/x', item: z.number() };

function pages(answer: (page: number) => { result: number[]; info: Record<string, unknown> }): {
  reader: ReadClient;
  asked: number[];
} {
  const asked: number[] = [];
  const reader = {
    accountId: 'a',
    page: async ({ query, shape }: { query: { page: number }; shape: z.ZodType }) => {
      asked.push(query.page);
      const { result, info } = answer(query.page);
      return { result: shape.parse(result), info };
    },
  } as unknown as ReadClient;
  return { reader, asked };
}

test('every page is read, up to the total', async () => {
  const { reader, asked } = pages((page) => ({ result: [page * 2 - 1, page * 2], info: { total_count: 4 } }));
  expect(await readAllPages(reader, call, 2)).toEqual([1, 2, 3, 4]);
  expect(asked).toEqual([1, 2]);
});

test('without a total a short page is the last one', async () => {
  const { reader } = pages((page) => ({ result: page === 1 ? [1, 2] : [3], info: {} }));
  expect(await readAllPages(reader, call, 2)).toEqual([1, 2, 3]);
});

test('a server that ignores the page does not keep us for ever', async () => {
  const { reader, asked } = pages(() => ({ result: [1, 2], info: {} }));
  expect(await readAllPages(reader, call, 2)).toEqual([1, 2]);
  expect(asked).toEqual([1, 2]);
});
