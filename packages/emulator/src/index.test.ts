import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const isLoaded = (name: string): boolean => Object.hasOwn(require.cache, require.resolve(name));

it('loads workerd only when something is started: importing the package must stay cheap', async () => {
  const { createEmulator, openChecker } = await import('./index.ts');
  const emulator = await createEmulator();
  await emulator.close();
  expect(isLoaded('miniflare')).toBe(false);

  const checker = await openChecker();
  expect(isLoaded('miniflare')).toBe(true);
  await checker.close();
});
