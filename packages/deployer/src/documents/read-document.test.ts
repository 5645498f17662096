import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDocument } from './read-document.ts';

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
