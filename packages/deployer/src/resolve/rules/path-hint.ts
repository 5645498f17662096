import { spellingHint } from '../../documents/spelled-on-disk.ts';
import type { RuleFacts } from './rule.ts';

/**
 * Why a path leads nowhere although somebody sees the file: it is written as on Windows, which other systems take for
 * one long name, or in another case. Undefined when it is neither.
 */
export function pathHint(
  { spelled }: Pick<RuleFacts, 'spelled'>,
  path: string,
  extensions: readonly string[] = [],
): string | undefined {
  if (path.includes('\\')) {
    return `Write paths with "/", which works on every system: "${path.replaceAll('\\', '/')}".`;
  }
  const found = spelled(path, extensions);
  return found === null ? undefined : spellingHint(found);
}
