import { ConfigError } from '../../errors.ts';

/** How much of Node.js the bundle may use; see docs/bundling.md. */
export type NodeMode = 'none' | 'als' | 'v1' | 'v2';

/** Since this compatibility date Node.js compatibility is on without any flag. */
const ON_BY_DEFAULT = '2026-08-04';
/** Since this date `nodejs_compat` means polyfills and unprefixed names too. */
const V2_WITH_FLAG = '2024-09-23';

/**
 * Node.js compatibility mode of the bundle.
 *
 * @throws ConfigError CONFIG_INVALID for flags that exclude each other
 * @see https://developers.cloudflare.com/workers/configuration/compatibility-flags/#nodejs-compatibility-flag
 */
export function nodeMode(compatibilityDate: string, compatibilityFlags: readonly string[]): NodeMode {
  const has = (flag: string): boolean => compatibilityFlags.includes(flag);
  if (has('experimental:nodejs_compat_v2')) {
    throw new ConfigError(
      'CONFIG_INVALID',
      'The compatibility flag experimental:nodejs_compat_v2 no longer exists.',
      {
        hint: 'Use nodejs_compat with a compatibility_date from 2024-09-23 on.',
      },
    );
  }
  if (has('nodejs_compat') && has('nodejs_compat_v2')) {
    throw new ConfigError(
      'CONFIG_INVALID',
      'The compatibility flags nodejs_compat and nodejs_compat_v2 exclude each other.',
      { hint: 'Keep nodejs_compat and a compatibility_date from 2024-09-23 on; it means the same.' },
    );
  }
  const byDate = compatibilityDate >= ON_BY_DEFAULT;
  const enabled = has('nodejs_compat') || (byDate && !has('no_nodejs_compat'));
  const v2 =
    has('nodejs_compat_v2') ||
    (!has('no_nodejs_compat_v2') && (byDate || (enabled && compatibilityDate >= V2_WITH_FLAG)));
  if (v2) return 'v2';
  if (enabled) return 'v1';
  return has('nodejs_als') ? 'als' : 'none';
}
