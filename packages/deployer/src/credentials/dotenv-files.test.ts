import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEnvFiles } from './dotenv-files.ts';

test('what stands in the place of an env file is named, with what belongs there', async () => {
  const root = mkdtempSync(join(tmpdir(), 'env-files-'));
  mkdirSync(join(root, '.env.deploy'));
  await expect(openEnvFiles(root).project()).rejects.toMatchObject({
    code: 'CONFIG_UNREADABLE',
    message: '.env.deploy cannot be read: it is no file.',
    hint: expect.stringContaining('NAME=value') as string,
  });
});
