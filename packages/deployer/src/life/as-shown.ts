import type { DestroyPlan } from '../commands/destroy.ts';
import { ConflictError } from '../errors.ts';

/**
 * Lets a plan pass that takes away no more than the one that was agreed to.
 * @throws ConflictError
 */
export function asShown(shown: DestroyPlan, now: DestroyPlan): boolean {
  const known = new Set(shown.removes.map(({ name }) => name));
  const more = now.removes.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (more.length === 0) return true;
  throw new ConflictError(
    'CONFLICT',
    `${now.scriptName} has more now than was shown: ${more.join(', ')}. It was not destroyed.`,
    { hint: 'Run the command again, and look at the new plan.' },
  );
}
