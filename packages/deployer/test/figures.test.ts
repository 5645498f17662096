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

/** Folders with more files than people can hold in mind, for a reason. */
const FULL = [
  // One rule each, listed in its index.
  'packages/deployer/src/resolve/rules',
];

/**
 * Functions over the bar that are a list of parts, each short, which share what they close over; to be split when their
 * parts grow. Nothing else may come in here.
 */
const LONG: Readonly<Record<string, number>> = {
  createContext: 95,
  createDeployer: 75,
  openSqliteStore: 120,
  chooseWorkers: 85,
};

describe.each(Object.entries(figures))('the sources of %s', (_, found) => {
  it('say what their values are: `unknown` is rare', () => {
    // The command shows whatever a result holds, so it may know less of it.
    expect(found.unknownPerThousandLines).toBeLessThanOrEqual(_ === 'cli' ? 8 : 4);
  });

  it('have no function of more than 60 lines', () => {
    const long = found.longestFunctions.filter(({ name, lines }) => lines > (LONG[name] ?? 60));
    expect(long).toEqual([]);
  });

  it('have at most 25 files in a folder, unless it is a registry with one file for each kind', () => {
    const full = found.fullestFolders.filter(
      ({ folder, files, registry }) => files > 25 && !registry && !FULL.includes(folder),
    );
    expect(full).toEqual([]);
  });

  it('have no two files that import each other', () => {
    expect(found.circles).toEqual([]);
  });
});
