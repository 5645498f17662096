import type { WorkerBinding } from '../../bindings/binding.ts';
import { bindingTarget, normaliseBinding } from '../../bindings/convert.ts';
import { stableJson } from '../../sections/canonical.ts';

/**
 * The bindings of an older upload as they are to be today. What it says itself, such as a variable, comes back with it;
 * what it points at is what is bound today under that name, if it is of that kind. A secret of today stays one. Pure.
 */
export function todaysBindings(
  older: readonly WorkerBinding[],
  today: readonly WorkerBinding[],
  context: { readonly scriptName: string },
): readonly WorkerBinding[] {
  const live = new Map(today.map((binding) => [binding.name, binding]));
  return older.flatMap((binding) => {
    const now = live.get(binding.name);
    if (now?.type === 'secret_text' || now?.type === 'secret_key') return [];
    return now === undefined || now.type !== binding.type ? [binding] : [current(binding, now, context)];
  });
}

function current(
  binding: WorkerBinding,
  now: WorkerBinding,
  context: { readonly scriptName: string },
): WorkerBinding {
  const [before, after] = [normaliseBinding(binding, context), normaliseBinding(now, context)];
  const pointsSomewhere = bindingTarget(after) !== null;
  return pointsSomewhere && stableJson(before) !== stableJson(after) ? after : binding;
}
