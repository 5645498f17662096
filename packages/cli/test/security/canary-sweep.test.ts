import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CANARIES, everyWriting, leaksIn, WRITINGS } from './canaries.ts';
import { SWEPT as COMMANDS, TARGET } from './canary-sweep.ts';
import { createHostileProject, type HostileProject } from './hostile-project.ts';

const MODES: readonly (readonly string[])[] = [
  [],
  ['--json'],
  ['--log-level=trace'],
  ['--json', '--log-level=trace'],
];

/** Of three calls of a command one fails, another one for each command; with `npm run security` each does. */
const STEP = process.env['npm_lifecycle_event'] === 'security' ? 1 : 3;

/** All of them with `npm run security`; else one, another for each number. */
const modesOf = (number: number): typeof MODES => (STEP === 1 ? MODES : MODES.slice(number % 4).slice(0, 1));

const WRANGLER = 'tenants/acme/wrangler.json';
let project: HostileProject;
let wranglerFile: string;

beforeAll(async () => {
  project = await createHostileProject();
  wranglerFile = await readFile(join(project.root, WRANGLER), 'utf8');
}, 60_000);

// Two tests write another one.
beforeEach(() => project.write(WRANGLER, wranglerFile));

afterAll(async () => {
  await project.close();
});

const stdin = `${CANARIES.typed}\n`;

async function outputOf(args: readonly string[], options = {}): Promise<string> {
  const run = await project.cli(args, { stdin, ...options });
  return `${run.stdout}\n${run.stderr}`;
}

describe('no canary is in any output or record', () => {
  it('when commands succeed', async () => {
    for (const command of COMMANDS) {
      for (const mode of [[], ['--json', '--log-level=trace']]) {
        const args = [...command, ...mode];
        const { exitCode, stdout, stderr } = await project.cli(args, { stdin });
        const leaks = leaksIn(`${stdout}\n${stderr}`);
        // All versions have the same code; the second time there is no such secret.
        const again = command[1] === 'delete' && mode.length > 0 ? 3 : 0;
        const wanted = command[0] === 'rollback' ? 1 : again;
        expect({ args, exitCode, leaks }).toEqual({ args, exitCode: wanted, leaks: [] });
      }
    }
    const outdir = join(project.root, 'out');
    expect(leaksIn(await outputOf(['build', ...TARGET, '--outdir', outdir, '--json']))).toEqual([]);
    expect(leaksIn(await project.takeRecords())).toEqual([]);
  }, 60_000);

  it('when any one call fails and the API answers with all of them', async () => {
    const all = everyWriting();
    const envelope = JSON.stringify({
      success: false,
      errors: [{ code: 7999, message: all }],
      result: null,
    });
    for (const [number, command] of COMMANDS.entries()) {
      project.failAt(null);
      await outputOf(command);
      const calls = project.calls();
      for (let call = 1 + (number % STEP); call <= calls; call += STEP) {
        project.failAt(call, { status: 400, body: call % 2 === 0 ? all : envelope });
        const args = [...command, ...(MODES[(number + call) % MODES.length] ?? [])];
        const said = `${await outputOf(args)}\n${await project.takeRecords()}`;
        expect({ args, call, leaks: leaksIn(said) }).toEqual({ args, call, leaks: [] });
      }
    }
    project.failAt(null);
  }, 120_000);

  it('when the answer is cut off in the middle of one, wherever that is', async () => {
    const { token } = CANARIES;
    for (let cut = 0; cut <= token.length; cut += STEP) {
      project.failAt(1, { status: 400, body: `${'x'.repeat(200 - cut)}${token}` });
      expect({ cut, leaks: leaksIn(await outputOf(['status', ...TARGET])) }).toEqual({ cut, leaks: [] });
    }
    project.failAt(null);
  }, 60_000);

  it('when the tool crashes, at whatever moment', async () => {
    for (const [number, command] of COMMANDS.entries()) {
      let asked = 0;
      const now = (): number => {
        asked += 1;
        if (asked > number % 5) throw new TypeError(`unforeseen ${everyWriting()}`);
        return Date.now();
      };
      const args = [...command, ...(MODES[number % 4] ?? [])];
      expect({ args, leaks: leaksIn(await outputOf(args, { now })) }).toEqual({ args, leaks: [] });
    }
  }, 60_000);

  it('when a build command prints what it found, or the files are wrong', async () => {
    const wrangler = {
      name: 'acme',
      main: 'index.js',
      compatibility_date: '2026-02-01',
      build: { command: `cat ${join(project.root, 'said.txt')}; exit 1` },
    };
    await project.write('said.txt', everyWriting());
    await project.write(WRANGLER, JSON.stringify(wrangler));
    const env = { ...project.env, PATH: process.env['PATH'] ?? '' };
    for (const mode of MODES) {
      for (const command of ['plan', 'validate', 'deploy']) {
        expect(leaksIn(await outputOf([command, ...TARGET, ...mode], { env }))).toEqual([]);
      }
    }
    for (const [number, [name, canary]] of Object.entries(CANARIES).entries()) {
      if (name === 'typed') continue;
      const text = JSON.stringify({ ...wrangler, [canary]: canary, name: canary, main: [canary] }, null, 1);
      await project.write(WRANGLER, text);
      for (const mode of modesOf(number)) {
        expect(leaksIn(await outputOf(['validate', ...TARGET, ...mode]))).toEqual([]);
      }
    }
  }, 60_000);
});

describe('the sweep itself', () => {
  const planted = Object.values(CANARIES).flatMap((canary) =>
    Object.entries(WRITINGS).map(([how, write]) => [how, write(canary)] as const),
  );

  it('finds a canary planted in any writing', () => {
    for (const [how, text] of planted) expect([how, leaksIn(`a ${text} b`).length > 0]).toEqual([how, true]);
  });

  it('finds one that was cut at any place', () => {
    const { token } = CANARIES;
    for (let cut = 10; cut <= token.length; cut += 1) {
      expect(leaksIn(`…${token.slice(0, cut)}`)).not.toEqual([]);
      expect(leaksIn(token.slice(-cut))).not.toEqual([]);
    }
  });

  it('fails when the tool has a leak: here one value that nobody told it is a secret', async () => {
    const { OWN_ACME: _, ...env } = project.env;
    await project.write(
      WRANGLER,
      JSON.stringify({
        name: 'acme',
        main: 'index.js',
        compatibility_date: '2026-02-01',
        vars: { LEAK: CANARIES.ownVariable },
      }),
    );
    const { stdout } = await project.cli(['config', ...TARGET, '--json'], { env });
    expect(leaksIn(stdout)).not.toEqual([]);
    expect(leaksIn(await outputOf(['config', ...TARGET, '--json']))).toEqual([]);
  });
});
