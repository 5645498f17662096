import { expect, it, vi } from 'vitest';

vi.mock('miniflare', () => {
  throw new Error('miniflare was loaded');
});

it('loads workerd only when something is started: importing the package must stay cheap', async () => {
  const { createEmulator, openChecker } = await import('./index.ts');
  const emulator = await createEmulator();
  await emulator.close();
  await expect(openChecker()).rejects.toThrow(/mocking a module|miniflare was loaded/);
});
