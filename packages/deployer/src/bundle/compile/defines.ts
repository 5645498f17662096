import { ConfigError } from '../../errors.ts';

/** Since this date `navigator` is a global. */
const NAVIGATOR_SINCE = '2022-03-21';

/**
 * Text replacements of the build. The user's own win.
 *
 * @throws ConfigError CONFIG_INVALID when both navigator flags are set
 * @see https://developers.cloudflare.com/workers/configuration/compatibility-flags/#global-navigator
 */
export function defines(options: {
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly nodeEnv: string;
  readonly define: Readonly<Record<string, string>>;
}): Record<string, string> {
  const nodeEnv = JSON.stringify(options.nodeEnv);
  return {
    ...(hasNavigator(options.compatibilityDate, options.compatibilityFlags)
      ? { 'navigator.userAgent': '"Cloudflare-Workers"' }
      : {}),
    'process.env.NODE_ENV': nodeEnv,
    'global.process.env.NODE_ENV': nodeEnv,
    'globalThis.process.env.NODE_ENV': nodeEnv,
    ...options.define,
  };
}

function hasNavigator(date: string, flags: readonly string[]): boolean {
  const on = flags.includes('global_navigator');
  const off = flags.includes('no_global_navigator');
  if (on && off) {
    throw new ConfigError(
      'CONFIG_INVALID',
      'The compatibility flags global_navigator and no_global_navigator exclude each other.',
    );
  }
  return on || (!off && date >= NAVIGATOR_SINCE);
}
