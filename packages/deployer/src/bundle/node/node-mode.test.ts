import { describe, expect, it } from 'vitest';
import { nodeEnvironment } from './node-environment.ts';
import { nodeMode } from './node-mode.ts';

describe('the Node.js compatibility mode', () => {
  it.each([
    ['2026-02-01', [], 'none'],
    ['2026-02-01', ['nodejs_als'], 'als'],
    ['2024-09-22', ['nodejs_compat'], 'v1'],
    ['2024-09-23', ['nodejs_compat'], 'v2'],
    ['2024-09-22', ['nodejs_compat_v2'], 'v2'],
    ['2026-02-01', ['nodejs_compat', 'no_nodejs_compat_v2'], 'v1'],
    ['2026-08-03', [], 'none'],
    ['2026-08-04', [], 'v2'],
    ['2026-08-04', ['nodejs_compat'], 'v2'],
    ['2026-08-04', ['no_nodejs_compat_v2'], 'v1'],
    ['2026-08-04', ['no_nodejs_compat', 'no_nodejs_compat_v2'], 'none'],
    ['2026-08-04', ['no_nodejs_compat'], 'v2'],
  ] as const)('on %s with %j is %s', (date, flags, mode) => {
    expect(nodeMode(date, flags)).toBe(mode);
  });

  it('refuses flags that exclude each other', () => {
    expect(() => nodeMode('2026-02-01', ['nodejs_compat', 'nodejs_compat_v2'])).toThrow(/exclude each other/);
    expect(() => nodeMode('2026-02-01', ['experimental:nodejs_compat_v2'])).toThrow(/no longer exists/);
  });
});

describe('the Node.js environment', () => {
  const nativeAt = async (date: string, name: string): Promise<boolean | undefined> =>
    (await nodeEnvironment(date, ['nodejs_compat'])).alias.get(name)?.native;

  it('leaves more to the runtime the later the date', async () => {
    expect(await nativeAt('2024-09-23', 'node:fs')).toBe(false);
    expect(await nativeAt('2025-09-15', 'node:fs')).toBe(true);
    expect(await nativeAt('2026-03-16', 'node:worker_threads')).toBe(false);
    expect(await nativeAt('2026-03-17', 'node:worker_threads')).toBe(true);
  });

  it('has builtins the Node.js of this machine may lack', async () => {
    expect(await nativeAt('2026-08-04', 'node:sqlite')).toBe(true);
  });

  it('needs no globals and no polyfill on the newest dates', async () => {
    expect((await nodeEnvironment('2024-09-23', ['nodejs_compat'])).globals).toHaveLength(2);
    expect(await nodeEnvironment('2026-08-04', [])).toMatchObject({ globals: [], polyfills: [] });
  });

  it('follows the flags of single modules', async () => {
    const flags = ['nodejs_compat', 'disable_nodejs_fs_module'];
    expect((await nodeEnvironment('2026-08-04', flags)).alias.get('node:fs')?.native).toBe(false);
  });
});
