import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDocument, readSharedDocument } from './read-document.ts';

test.skipIf(process.platform === 'win32')('a pipe is refused, not waited for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cf-deploy-document-'));
  try {
    execFileSync('mkfifo', [join(folder, 'wrangler.json')]);
    const { document, findings } = await readDocument(folder, join(folder, 'wrangler.json'));
    expect(document).toBeNull();
    expect(findings).toEqual([
      expect.objectContaining({ code: 'file-unreadable', message: 'wrangler.json is not a file.' }),
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a shared file is one document until it says something else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cf-deploy-document-'));
  const file = join(folder, 'wrangler.json');
  const read = async (text: string) => {
    await writeFile(file, text);
    return (await readSharedDocument(folder, file)).document;
  };
  try {
    const first = await read('{ "name": "one" }');
    expect(await read('{ "name": "one" }')).toBe(first);
    expect((await read('{ "name": "two" }'))?.value).toEqual({ name: 'two' });
    expect(await read('{ "name": ')).toBeNull();
    expect((await read('{ "name": "one" }'))?.value).toEqual({ name: 'one' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
