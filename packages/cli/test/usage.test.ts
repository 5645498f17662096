import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/registry.ts';
import { runCli } from './support/run-cli.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cf-deploy-usage-'));
  await mkdir(join(root, 'tenants'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe('help', () => {
  it('lists every command on stdout and exits 0', async () => {
    const { exitCode, stdout, stderr } = await runCli(['--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const name of [
      'validate',
      'plan',
      'deploy',
      'drift',
      'status',
      'versions',
      'rollback',
      'secrets',
      'config',
      'build',
      'doctor',
      'local',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
  });

  it('of a command lists its flags', async () => {
    const { exitCode, stdout } = await runCli(['deploy', '--help']);
    expect(exitCode).toBe(0);
    for (const flag of [
      '--tenant',
      '--all',
      '--dry-run',
      '--force',
      '--no-verify',
      '--parallel',
      '--message',
    ]) {
      expect(stdout).toContain(flag);
    }
  });

  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    'of %s shows examples that it takes, and the global flags',
    async (name, { examples }) => {
      const { stdout } = await runCli([name, '--help']);
      expect(stdout).toContain('Global Options:');
      expect(stdout).toContain('--local');
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        expect(stdout).toContain(example);
        const words = [...example.replace(/^.*\| /, '').matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(
          ([word]) => word,
        );
        expect(words[0]).toBe('cf-deploy');
        // It makes the project that the others need.
        if (name === 'init') continue;
        // Refused for its tenant or project, not for how it is written.
        const { stderr } = await runCli([...words.slice(1), '--root', '/nowhere'], { stdin: 'x' });
        expect(stderr).toMatch(/ROOT_NOT_FOUND/);
      }
    },
  );

  it('prints the version of the package', async () => {
    const { exitCode, stdout } = await runCli(['--version']);
    expect([exitCode, stdout]).toEqual([0, '0.1.0\n']);
  });
});

describe('help of a command below another', () => {
  const below = COMMANDS.flatMap(({ name, configure }) => {
    const command = new Command(name);
    configure(command, () => async () => undefined);
    return command.commands.map((each) => [name, each.name()] as const);
  });

  it.each(below)('of %s %s shows an example of it, and the global flags', async (name, action) => {
    const { stdout } = await runCli([name, action, '--help']);
    const [, examples = ''] = stdout.split('Examples:');
    expect(examples).toContain(`cf-deploy ${name} ${action}`);
    expect(stdout).toContain('Global Options:');
  });
});

describe('help with --json', () => {
  it.each([
    ['help', ['--help', '--json']],
    ['help', ['--json', 'deploy', '--help']],
    ['help', ['help', 'deploy', '--json']],
    ['version', ['--version', '--json']],
  ])('is one document: %s %j', async (command, args) => {
    const { exitCode, json } = await runCli(args);
    expect([exitCode, json]).toEqual([
      0,
      { command, ok: true, exitCode: 0, result: { text: expect.stringMatching(/cf-deploy|0\.1\.0/) } },
    ]);
  });
});

describe('a wrong command line exits 3 and says what to do', () => {
  it.each([
    ['no command', [], 'No command was given.', 'cf-deploy --help'],
    ['an unknown command', ['deplyo'], "unknown command 'deplyo'", 'Did you mean deploy?'],
    ['undeploy', ['undeploy'], "unknown command 'undeploy'", 'cf-deploy destroy --tenant=<id>'],
    ['publish', ['publish'], "unknown command 'publish'", 'cf-deploy deploy'],
    ['diff', ['diff'], "unknown command 'diff'", 'cf-deploy plan'],
    ['an unknown flag', ['deploy', '--tennant=a'], "unknown option '--tennant=a'", 'Did you mean --tenant?'],
    ['no tenant', ['deploy', '--env=staging'], 'No tenant was named.', '--tenant'],
    ['an empty tenant', ['plan', '--tenant='], 'No tenant was named.', '--tenant'],
    ['a flag without its value', ['deploy', '--tenant'], 'argument missing', '--help'],
    ['a tenant twice', ['deploy', '--tenant=a', '--tenant', 'b'], 'given twice', '--help'],
    ['one and all', ['deploy', '--tenant=a', '--all'], 'exclude each other', '--only'],
    ['--only without --all', ['deploy', '--tenant=a', '--only=b'], '--only needs --all', '--all'],
    ['an empty name in --only', ['deploy', '--all', '--only=a,,b'], 'separated by commas', '--help'],
    ['no tenants at once', ['deploy', '--all', '--parallel=0'], 'from 1 to 999', '--help'],
    ['a stray argument', ['deploy', 'acme', '--tenant=a'], 'too many arguments', '--help'],
    ['an unknown log level', ['deploy', '--tenant=a', '--log-level=loud'], 'Allowed choices', '--help'],
    ['secrets without an action', ['secrets', '--tenant=a'], 'unknown option', '--help'],
    [
      'secrets put without a name',
      ['secrets', 'put', '--tenant=a'],
      "missing required argument 'name'",
      '--help',
    ],
    ['local without an action', ['local'], 'No command was given.', 'cf-deploy local --help'],
    ['help about no command', ['help', 'nope'], "unknown command 'nope'", 'cf-deploy --help'],
    ['a rollback to an empty version', ['rollback', '--tenant=a', '--to='], 'names no version', 'versions'],
    [
      'weather without --local',
      ['plan', '--tenant=a', '--weather=w.json'],
      '--weather needs --local',
      'hint',
    ],
    ['build without a folder', ['build', '--tenant=a'], 'No folder was named.', '--outdir'],
  ])('%s', async (_, args, message, hint) => {
    const { exitCode, stdout, stderr } = await runCli(args, { cwd: root });
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(/ {4}at /);
  });

  it('without control characters of what was typed reaching the terminal', async () => {
    const { stderr } = await runCli(['\u001b[2Jdeploy'], { answer: '' });
    expect(stderr).toContain('\\x1b[2Jdeploy');
    expect(stderr).not.toContain('\u001b[2J');
  });

  it('as one JSON document with --json, wherever the flag stands', async () => {
    const { exitCode, json, stderr } = await runCli(['--json', 'deploy', '--tenant=a', '--frobnicate'], {
      cwd: root,
    });
    expect([exitCode, stderr]).toEqual([3, '']);
    expect(json).toEqual({
      command: 'deploy',
      ok: false,
      exitCode: 3,
      error: { code: 'USAGE', message: "unknown option '--frobnicate'", hint: expect.any(String) },
    });
  });
});

describe('the project folder', () => {
  it('is looked for upwards, and its absence is explained', async () => {
    const { exitCode, json } = await runCli(['validate', '--all', '--json'], { cwd: tmpdir() });
    expect([exitCode, json.error]).toMatchObject([
      3,
      { code: 'ROOT_NOT_FOUND', hint: expect.stringContaining('--root') },
    ]);
  });

  it('named with --root must hold tenants/', async () => {
    const { exitCode, stderr } = await runCli(['validate', '--all', '--root', join(root, 'tenants')]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('There is no folder tenants/ in');
  });
});
