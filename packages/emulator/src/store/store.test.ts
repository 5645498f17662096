import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, call, testEmulator, upload } from '../../test/support/client.ts';
import { createBlobStore } from './blobs.ts';
import { StateDamagedError } from './damaged.ts';
import { openJournal } from './journal-file.ts';
import { lockStateDir } from './lock.ts';
import { createStore } from './store.ts';
import type { Store } from './store.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cf-deploy-store-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function open(): Promise<Store> {
  const { log, capture, sequence } = await openJournal(dir);
  return createStore(log, capture, sequence);
}

const namespace = (title: string): { accountId: string; id: string; title: string } => ({
  accountId: 'a',
  id: '1',
  title,
});

describe('the document store', () => {
  it('shows a commit whole or not at all', () => {
    const store = createStore(null, null);
    expect(() =>
      store.write((tx) => {
        tx.put('kv', 'a\n1', namespace('one'));
        expect(tx.list('kv', 'a')).toHaveLength(1);
        throw new Error('refused');
      }),
    ).toThrow('refused');
    expect(store.list('kv')).toEqual([]);
    expect(store.sequence).toBe(0);
  });

  it('reads back what was settled, and nothing of a torn last line', async () => {
    const store = await open();
    store.write((tx) => tx.put('kv', 'a\n1', namespace('one')));
    store.write((tx) => tx.put('kv', 'a\n1', namespace('two')));
    await store.close();
    const journal = join(dir, 'state-0.journal');
    const whole = await readFile(journal, 'utf8');
    await appendFile(journal, '0badc0de {"changes":[{"kind":"kv","key":"a\\n1","value":nu');
    const again = await open();
    expect(again.get('kv', 'a\n1')?.title).toBe('two');
    await again.close();
    expect(await readFile(journal, 'utf8')).toBe(whole);
  });

  it('stops reading at a line whose checksum is wrong', async () => {
    const store = await open();
    store.write((tx) => tx.put('kv', 'a\n1', namespace('one')));
    store.write((tx) => tx.put('kv', 'a\n1', namespace('two')));
    await store.close();
    const journal = join(dir, 'state-0.journal');
    await writeFile(journal, (await readFile(journal, 'utf8')).replace('two', 'TWO'));
    const again = await open();
    expect(again.get('kv', 'a\n1')?.title).toBe('one');
    await again.close();
  });

  it.each([
    ['something else altogether', () => 'garbage'],
    ['something else in lines', () => '{}\n[]\n'],
    ['a journal with a bad line before a good one', (whole: string) => whole.replace('one', 'ONE')],
    ['a journal without the beginning of its first line', (whole: string) => whole.slice(3)],
  ])('does not take %s for a journal that a kill cut off, and leaves it as it is', async (_what, damage) => {
    const store = await open();
    store.write((tx) => tx.put('kv', 'a\n1', namespace('one')));
    store.write((tx) => tx.put('kv', 'a\n1', namespace('two')));
    await store.close();
    const journal = join(dir, 'state-0.journal');
    const damaged = damage(await readFile(journal, 'utf8'));
    await writeFile(journal, damaged);
    await expect(open()).rejects.toThrow(StateDamagedError);
    expect(await readFile(journal, 'utf8')).toBe(damaged);
  });

  it('writes a fresh snapshot when the journal has grown, and removes the old files', async () => {
    const store = await open();
    const padding = 'x'.repeat(1024 * 1024);
    for (let index = 0; index < 5; index += 1)
      store.write((tx) => tx.put('kv', 'a\n1', namespace(padding + index)));
    await store.close();
    const again = await open();
    again.write((tx) => tx.put('kv', 'a\n2', namespace('after')));
    await again.close();
    expect((await readdir(dir)).toSorted()).toEqual(['state-1.journal', 'state-1.snapshot']);
    const third = await open();
    expect(third.get('kv', 'a\n1')?.title).toBe(`${padding}4`);
    expect(third.get('kv', 'a\n2')?.title).toBe('after');
    await third.close();
  });

  it('begins a new generation while running, and loses nothing of what is written meanwhile', async () => {
    const { log, capture, sequence } = await openJournal(dir, 2_000);
    const store = createStore(log, capture, sequence);
    const settled: Promise<void>[] = [];
    for (let index = 0; index < 200; index += 1) {
      store.write((tx) => tx.put('kv', `a\n${index % 20}`, namespace(`title ${index}`)));
      if (index % 10 === 0) await store.settled();
      else settled.push(store.settled());
    }
    await Promise.all(settled);
    const files = (await readdir(dir)).toSorted();
    expect(files).toHaveLength(2);
    expect(files[0]).toMatch(/^state-[1-9]\d*\.journal$/);
    await store.close();
    const again = await open();
    expect(again.list('kv')).toEqual(store.list('kv'));
    await again.close();
  });

  it('goes on with the old generation when the new one cannot be written', async () => {
    const { log, capture, sequence } = await openJournal(dir, 200);
    const store = createStore(log, capture, sequence);
    // A directory in its place keeps the new snapshot from being written.
    await mkdir(join(dir, 'state-1.snapshot.tmp'));
    for (let index = 0; index < 10; index += 1) {
      store.write((tx) => tx.put('kv', `a\n${index}`, namespace(`title ${index}`)));
      await store.settled();
    }
    await store.close();
    await rm(join(dir, 'state-1.snapshot.tmp'), { recursive: true });
    const again = await open();
    expect(again.list('kv')).toHaveLength(10);
    await again.close();
  });

  it('writes each version of a script once, and keeps all of them', async () => {
    const emulator = await testEmulator({ stateDir: dir });
    const script = '/accounts/:account/workers/scripts/hello';
    await call(emulator, 'PUT', script, upload());
    for (let index = 0; index < 20; index += 1) await call(emulator, 'POST', `${script}/versions`, upload());
    const before = emulator.admin.scripts(ACCOUNT);
    await emulator.close();
    const journal = await readFile(join(dir, 'state-0.journal'), 'utf8');
    expect(journal.match(/"mainModule"/g)).toHaveLength(21);
    const again = await testEmulator({ stateDir: dir });
    expect(again.admin.scripts(ACCOUNT)).toEqual(before);
    await again.close();
  });

  it('restores a snapshot also on disk', async () => {
    const store = await open();
    store.write((tx) => tx.put('kv', 'a\n1', namespace('one')));
    const capture = store.capture();
    store.write((tx) => tx.put('kv', 'a\n2', namespace('two')));
    store.restore(capture);
    await store.close();
    const again = await open();
    expect(again.list('kv').map(({ title }) => title)).toEqual(['one']);
    await again.close();
  });
});

describe('blobs', () => {
  it('are found by their hash, and a hash cannot leave the directory', async () => {
    const blobs = createBlobStore(dir);
    const hash = await blobs.put(Buffer.from('content'));
    expect(Buffer.from(await blobs.get(hash)).toString()).toBe('content');
    await expect(blobs.get('../../etc/passwd')).rejects.toThrow('is not kept');
  });

  it('are removed at the next opening when no version and no asset names them', async () => {
    const script = '/accounts/:account/workers/scripts/';
    const emulator = await testEmulator({ stateDir: dir });
    await call(emulator, 'PUT', `${script}kept`, upload({}, 'export default { fetch() {} }; // kept'));
    await call(emulator, 'PUT', `${script}gone`, upload({}, 'export default { fetch() {} }; // gone'));
    await call(emulator, 'DELETE', `${script}gone`);
    await emulator.close();
    const blobs = async (): Promise<string[]> =>
      (await readdir(join(dir, 'blobs'), { recursive: true })).filter((name) => name.length > 2);
    const [first = ''] = await blobs();
    await writeFile(join(dir, 'blobs', `${first}.1234.tmp`), 'half a blob');
    expect(await blobs()).toHaveLength(3);
    const again = await testEmulator({ stateDir: dir });
    expect(await blobs()).toHaveLength(1);
    expect((await call(again, 'GET', `${script}kept/content/v2`)).status).toBe(200);
    await again.close();
  });
});

describe('the lock', () => {
  it('of a process that is gone is taken over at once', async () => {
    const lock = await lockStateDir(dir, 0);
    // No process has this id.
    await writeFile(join(dir, 'lock-owner'), '2147483646');
    const next = await lockStateDir(dir, 500);
    await next.release();
    await lock.release().catch(() => undefined);
    expect(await readdir(dir)).toEqual([]);
  });
});
