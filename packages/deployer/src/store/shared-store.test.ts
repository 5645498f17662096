import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSharedStore } from './shared-store.ts';

test('whoever asks while it is open gets the same store; the last one closes it, and the next opens it again', () => {
  const shared = createSharedStore(join(mkdtempSync(join(tmpdir(), 'shared-')), 'releases.db'));
  expect(existsSync(shared.file), 'opened only when somebody asks').toBe(false);

  const one = shared.borrow();
  expect(shared.borrow()).toBe(one);
  shared.giveBack();
  expect(one.frozen('', 0)).toBeNull();
  shared.giveBack();
  expect(() => one.frozen('', 0)).toThrow();

  const again = shared.borrow();
  expect(again.frozen('', 0)).toBeNull();
  shared.giveBack();
});

test('one that cannot be opened is not counted as open', () => {
  const shared = createSharedStore(mkdtempSync(join(tmpdir(), 'shared-')));
  expect(() => shared.borrow()).toThrow();
  rmSync(shared.file, { recursive: true });

  expect(shared.borrow().frozen('', 0)).toBeNull();
  shared.giveBack();
});
