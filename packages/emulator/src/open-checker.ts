import type { Checker } from './runtime/check/checker.ts';

/**
 * Starts code in workerd without an emulator around it, to see whether it starts. workerd's parts are loaded only now:
 * that takes a second which clients that run nothing need not spend.
 */
export async function openChecker(): Promise<Checker> {
  const { createChecker } = await import('./runtime/check/checker.ts');
  return createChecker();
}
