import { createHash } from 'node:crypto';
import type { Bundle } from '../bundle/bundle.ts';
import type { LiveModule } from '../cloudflare/live-code.ts';
import type { Change } from './worker-state.ts';

/**
 * Compares the code itself, module by module, from both sides. `code[index.js]` with sizes and digests; the code stays
 * out of it. Pure.
 */
export function diffCodeContent(bundle: Bundle, live: readonly LiveModule[]): readonly Change[] {
  const wanted = new Map(bundle.modules.map(({ name, bytes }) => [name, describe(bytes)]));
  // Service-worker syntax: one script, which comes back without its name.
  const there = new Map(
    live.map(({ name, bytes }) => [name === '' ? bundle.mainModule : name, describe(bytes)]),
  );
  return [...new Set([...wanted.keys(), ...there.keys()])].toSorted().flatMap((name): readonly Change[] => {
    const desired = wanted.get(name) ?? null;
    const actual = there.get(name) ?? null;
    if (desired === actual) return [];
    const kind = desired === null ? 'removed' : actual === null ? 'added' : 'changed';
    return [{ path: `code[${name}]`, kind, desired, actual, destructive: false }];
  });
}

function describe(bytes: Uint8Array): string {
  return `${bytes.byteLength} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
}
