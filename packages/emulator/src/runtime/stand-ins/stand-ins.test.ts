import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDir } from '../../../test/runtime/world.ts';
import { embed, runModel } from './ai.ts';
import { openVectorIndex } from './vector-index.ts';
import { passes, score } from './vector-math.ts';
import { createVectorizeStore } from './vectorize.ts';

describe('the AI stand-in', () => {
  it('makes embeddings of the length of the model, the same for the same text', () => {
    const answer = runModel('@cf/baai/bge-small-en-v1.5', { text: 'hello' });
    expect(answer).toEqual(runModel('@cf/baai/bge-small-en-v1.5', { text: 'hello' }));
    expect(answer).toMatchObject({ kind: 'json', value: { shape: [1, 384] } });
  });

  it('puts texts that share words nearer to each other', () => {
    const [cat, cats, tax] = ['a black cat', 'the black cat', 'income tax form'].map((text) =>
      embed(text, 768),
    );
    const near = score('cosine', cat ?? [], cats ?? []);
    expect(near).toBeGreaterThan(score('cosine', cat ?? [], tax ?? []) + 0.3);
    expect(Math.hypot(...(cat ?? []))).toBeCloseTo(1, 5);
  });

  it('answers another question differently', () => {
    const ask = (content: string) => runModel('m', { messages: [{ role: 'user', content }] });
    expect(ask('a')).not.toEqual(ask('b'));
  });
});

describe('vector mathematics', () => {
  it.each([
    ['cosine', [1, 0], [2, 0], 1],
    ['cosine', [1, 0], [0, 0], 0],
    ['dot-product', [1, 2], [3, 4], 11],
    ['euclidean', [0, 0], [3, 4], 5],
  ])('%s of %j and %j is %d', (metric, one, other, expected) => {
    expect(score(metric, one, other)).toBe(expected);
  });

  it.each([
    [{ kind: 'a' }, true],
    [{ kind: { $ne: 'a' } }, false],
    [{ 'deep.n': { $gte: 2, $lt: 3 } }, true],
    [{ kind: { $in: ['b'] } }, false],
    [{ kind: { $nin: ['b'] } }, true],
    [{ absent: 1 }, false],
    [{ kind: { $gt: 1 } }, false],
    [{ ['__proto__']: 1 }, false],
  ])('filter %j: %s', (filter, expected) => {
    expect(passes(filter, { kind: 'a', deep: { n: 2 } })).toBe(expected);
  });

  it('refuses an unknown operator', () => {
    expect(() => passes({ a: { $like: 'x' } }, {})).toThrow('no operator $like');
  });
});

describe('the Vectorize stand-in', () => {
  let dir: string;
  let remove: () => Promise<void>;
  beforeAll(async () => ({ dir, remove } = await temporaryDir()));
  afterAll(() => remove());

  it('keeps its vectors over a restart, and over a line a crash left half written', async () => {
    const file = join(dir, 'crash.jsonl');
    const index = await openVectorIndex(file);
    await index.put([
      { id: 'a', values: [1] },
      { id: 'b', values: [2] },
    ]);
    await index.remove(['b']);
    await appendFile(file, '\n{"put":[{"id":"c","val');
    const again = await openVectorIndex(file);
    expect([...again.all()]).toEqual([{ id: 'a', values: [1] }]);
    await again.put([{ id: 'd', values: [4] }]);
    expect([...(await openVectorIndex(file)).all()].map(({ id }) => id)).toEqual(['a', 'd']);
  });

  it('does not insert an id twice, but upserts it', async () => {
    const store = createVectorizeStore(dir, () => undefined);
    await store.run('insert', { index: 'twice', vectors: [{ id: 'a', values: [1] }] });
    await store.run('insert', { index: 'twice', vectors: [{ id: 'a', values: [2] }] });
    expect(await store.run('getByIds', { index: 'twice', ids: ['a'] })).toEqual([{ id: 'a', values: [1] }]);
    await store.run('upsert', { index: 'twice', vectors: [{ id: 'a', values: [3] }] });
    expect(await store.run('getByIds', { index: 'twice', ids: ['a'] })).toEqual([{ id: 'a', values: [3] }]);
  });

  it('obeys the dimensions and metric of the index, and finds the nearest first', async () => {
    const document = { dimensions: 2, metric: 'euclidean' } as never;
    const store = createVectorizeStore(dir, () => document);
    await expect(store.run('upsert', { index: 'e', vectors: [{ id: 'a', values: [1] }] })).rejects.toThrow(
      'expected 2 dimensions, got 1',
    );
    await store.run('upsert', {
      index: 'e',
      vectors: [
        { id: 'far', values: [9, 9] },
        { id: 'near', values: [1, 1] },
      ],
    });
    expect(
      await store.run('query', { index: 'e', vector: [0, 0], options: { returnValues: true, topK: 1 } }),
    ).toEqual({
      count: 1,
      matches: [{ id: 'near', score: Math.SQRT2, values: [1, 1] }],
    });
    await expect(store.run('query', { index: 'e', vector: [0] })).rejects.toThrow('invalid vector');
    await expect(store.run('queryById', { index: 'e', id: 'none' })).rejects.toThrow('not found');
    await expect(store.run('__proto__', { index: 'e' })).rejects.toThrow('no operation');
  });

  it('drops an index with its file', async () => {
    const store = createVectorizeStore(join(dir, 'drop'), () => undefined);
    await store.run('upsert', { index: 'x', vectors: [{ id: 'a', values: [1] }] });
    await store.drop('x');
    expect(await readdir(join(dir, 'drop'))).toEqual([]);
    expect(await store.run('describe', { index: 'x' })).toMatchObject({ vectorCount: 0 });
  });
});
