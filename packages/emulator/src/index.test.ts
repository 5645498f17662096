import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

// The program itself is loaded as a copy of ours; what it begins with loading is found here.
const require = createRequire(createRequire(import.meta.url).resolve('miniflare'));
const isLoaded = (name: string): boolean => Object.hasOwn(require.cache, require.resolve(name));

it('loads workerd only when something is started: importing the package must stay cheap', async () => {
  const { createEmulator, openChecker } = await import('./index.ts');
  const emulator = await createEmulator();
  await emulator.close();
  expect(isLoaded('workerd')).toBe(false);

  const checker = await openChecker();
  expect(isLoaded('workerd')).toBe(true);
  await checker.close();
});
