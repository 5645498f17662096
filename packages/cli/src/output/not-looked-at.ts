import { plural } from './plan.ts';
import type { Style } from './style.ts';

/** One line about what nobody read of tenants that the lists of their account show untouched; none where all was read. */
export function notLookedAtLines(results: readonly object[], style: Style): readonly string[] {
  const parts = results.map((result) =>
    'notLookedAt' in result && Array.isArray(result.notLookedAt) ? result.notLookedAt.map(String) : [],
  );
  const untouched = parts.filter((names) => names.length > 0);
  if (untouched.length === 0) return [];
  const names = [...new Set(untouched.flat())].join(', ');
  return [
    style.dim(
      `${plural(untouched.length, 'tenant')} untouched by the lists of the account; not looked at: ${names} (--full does)`,
    ),
  ];
}
