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

/**
 * What is over a bar today, with the figure it may not pass: it can only become less. `createDeployer` and
 * `createContext` list short methods that share what they close over.
 */
const KNOWN: {
  readonly functions: Readonly<Record<string, number>>;
  readonly folders: Readonly<Record<string, number>>;
  readonly circles: readonly string[];
} = {
  functions: { createContext: 95, createWorld: 65, releaseRun: 65 },
  folders: { 'packages/deployer/src/resolve/rules': 30 },
  circles: [
    'packages/cli/src/command.ts ⇄ packages/cli/src/context.ts',
    'packages/cli/src/output/progress.ts ⇄ packages/cli/src/output/task-list.ts',
  ],
};

describe.each(Object.entries(figures))('the sources of %s', (name, found) => {
  it('say what their values are: `unknown` is rare', () => {
    // The command shows whatever a result holds, so it may know less of it.
    expect(found.unknownPerThousandLines).toBeLessThanOrEqual(name === 'cli' ? 8 : 4);
  });

  it('have no function of more than 60 lines', () => {
    const long = found.longestFunctions.filter((one) => one.lines > (KNOWN.functions[one.name] ?? 60));
    expect(long).toEqual([]);
  });

  it('have at most 25 files in a folder, unless it is a registry with one file for each kind', () => {
    const full = found.fullestFolders.filter(
      ({ folder, files, registry }) => !registry && files > (KNOWN.folders[folder] ?? 25),
    );
    expect(full).toEqual([]);
  });

  it('have no two files that import each other', () => {
    expect(found.circles.filter((circle) => !KNOWN.circles.includes(circle))).toEqual([]);
  });
});
