import { createHash } from 'node:crypto';
import type { Bundle } from '../../bundle/bundle.ts';
import { loadEsbuild } from '../../load-esbuild.ts';
import type { LiveModule } from '../../cloudflare/live-code.ts';
import type { Change } from '../change.ts';
import type { CodeComparison } from '../drift.ts';

/**
 * Compares the code itself, module by module, from both sides: `code[index.js]` with sizes and digests; the code stays
 * out of it. A script that is the same but for comments (another machine's paths, a link to a source map) is no
 * difference, and said so.
 */
export async function compareCode(
  bundle: Pick<Bundle, 'format' | 'mainModule' | 'modules'>,
  live: readonly LiveModule[],
): Promise<CodeComparison> {
  // Service-worker syntax: one script, which comes back without its name; its blobs do not come back.
  const comparable =
    bundle.format === 'service-worker'
      ? bundle.modules.filter(({ name }) => name === bundle.mainModule)
      : bundle.modules;
  const wanted = new Map(comparable.map(({ name, bytes }) => [name, bytes]));
  const there = new Map(live.map(({ name, bytes }) => [name === '' ? bundle.mainModule : name, bytes]));
  const changes: Change[] = [];
  const notices: string[] = [];
  for (const name of [...new Set([...wanted.keys(), ...there.keys()])].toSorted()) {
    const [ours, theirs] = [wanted.get(name), there.get(name)];
    const [desired, actual] = [describe(ours), describe(theirs)];
    if (desired === actual) continue;
    if (ours !== undefined && theirs !== undefined && (await sameButForComments(ours, theirs))) {
      notices.push(`code[${name}] is the same but for comments`);
    } else {
      changes.push({ section: 'code', key: name, field: null, desired, actual });
    }
  }
  const hidden = bundle.modules.length - comparable.length;
  return {
    changes,
    notices:
      hidden === 0
        ? notices
        : [
            ...notices,
            `${hidden} bound files of the service worker were not compared: the API does not give them back`,
          ],
  };
}

/** Both parsed and printed without comments and layout; text that is no script is compared as it is. */
async function sameButForComments(a: Uint8Array, b: Uint8Array): Promise<boolean> {
  const { transform } = loadEsbuild();
  const bare = async (bytes: Uint8Array): Promise<string> => {
    const options = {
      loader: 'js',
      minifyWhitespace: true,
      legalComments: 'none',
      logLevel: 'silent',
    } as const;
    return (await transform(Buffer.from(bytes).toString('utf8'), options)).code;
  };
  try {
    return (await bare(a)) === (await bare(b));
  } catch {
    return false;
  }
}

function describe(bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined) return null;
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return `${bytes.byteLength} bytes, sha256 ${digest}`;
}
