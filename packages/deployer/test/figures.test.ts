import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** What `npm run figures` measures of one package. */
interface Figures {
  readonly unknownPerThousandLines: number;
  readonly longestFunctions: readonly {
    readonly where: string;
    readonly name: string;
    readonly lines: number;
  }[];
  readonly fullestFolders: readonly {
    readonly folder: string;
    readonly files: number;
    readonly registry: boolean;
  }[];
  readonly circles: readonly string[];
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const figures = JSON.parse(
  execFileSync(process.execPath, ['scripts/figures.mjs', '--json'], { cwd: root, encoding: 'utf8' }),
) as Readonly<Record<string, Figures>>;

describe.each(Object.entries(figures))('the sources of %s', (_name, found) => {
  it('say what their values are: `unknown` is rare', () => {
    expect(found.unknownPerThousandLines).toBeLessThanOrEqual(4);
  });

  it('have no function of more than 60 lines', () => {
    const long = found.longestFunctions.filter(({ lines }) => lines > 60);
    expect(long).toEqual([]);
  });

  it('have at most 25 files in a folder, unless it is a registry with one file for each kind', () => {
    const full = found.fullestFolders.filter(({ files, registry }) => !registry && files > 25);
    expect(full).toEqual([]);
  });

  it('have no two files that import each other', () => {
    expect(found.circles).toEqual([]);
  });
});
