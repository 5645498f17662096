import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS as EVERY } from '../../src/registry.ts';
import { CANARIES, everyWriting, leaksIn } from './canaries.ts';
import { SWEPT, TARGET } from './canary-sweep.ts';
import { createHostileProject, type HostileProject } from './hostile-project.ts';

/** Stands for the id of the latest release. */
const LATEST = '<latest>';

/** What a release of all tenants, a gradual deploy and the end of a tenant are handled with, in an order that works. */
const COMMANDS: readonly (readonly string[])[] = [
  ['deploy', '--all', '--force', '--no-check-startup', '--message', 'first'],
  ['deploy', '--all', '--force', '--no-check-startup', '--message', 'second'],
  ['releases'],
  ['release', 'show', LATEST],
  ['release', 'pause', LATEST],
  ['release', 'continue', LATEST],
  ['resume'],
  ['rollback', '--release', LATEST, '--dry-run'],
  ['rollback', '--release', LATEST, '--yes'],
  ['rollback', '--all', '--dry-run'],
  ['release', 'abort', LATEST],
  ['deploy', ...TARGET, '--force', '--no-check-startup', '--strategy=gradual'],
  ['pause', ...TARGET],
  ['promote', ...TARGET, '--now'],
  ['deploy', ...TARGET, '--force', '--no-check-startup', '--strategy=gradual'],
  ['abort', ...TARGET],
  ['freeze', '--env=production', '--until=1h', '--why=holidays'],
  ['freeze', '--env=production', '--lift'],
  ['tenant', 'list'],
  ['tenant', 'show', 'acme'],
  ['tenant', 'rename', 'acme', 'acme-two', '--dry-run'],
  ['tenant', 'move', 'acme', '--to-account', 'fedcba9876543210fedcba9876543210', '--dry-run'],
  ['tenant', 'remove', 'acme', '--dry-run'],
  ['destroy', ...TARGET, '--dry-run'],
  ['prune', '--dry-run'],
  ['prune', '--yes'],
  ['destroy', ...TARGET, '--yes', '--confirm-tenant', 'acme'],
];
const TRACE = ['--json', '--log-level=trace'];

let project: HostileProject;

beforeEach(async () => {
  latest = undefined;
  project = await createHostileProject();
});

afterEach(() => project.close());

async function outputOf(args: readonly string[]): Promise<string> {
  const run = await project.cli(args);
  if (BEGINNING.has(args[0] ?? '')) latest = undefined;
  return `${run.stdout}\n${run.stderr}`;
}

/** Commands that may begin a release. */
const BEGINNING: ReadonlySet<string> = new Set(['deploy', 'rollback', 'resume']);
/** Id of the latest release, until one may have begun. */
let latest: string | undefined;

/** The command about the release that there is by now. */
async function aboutLatest(command: readonly string[]): Promise<readonly string[]> {
  if (!command.includes(LATEST)) return command;
  latest ??= await latestId();
  const id = latest;
  return command.map((word) => (word === LATEST ? id : word));
}

async function latestId(): Promise<string> {
  const { json } = await project.cli(['releases', '--json']);
  const [{ id }] = json.result.releases as readonly [{ id: string }];
  return id;
}

/** Exit status where there is nothing to be done, or it is refused; all others succeed. */
const REFUSED: Readonly<Record<string, number>> = {
  resume: 3,
  'release pause': 3,
  'release continue': 3,
  'release abort': 3,
  // The token is under the old name.
  'tenant rename': 4,
  'tenant move': 3,
};

/** What the embedded Cloudflare is handled with, whose commands drop the tokens of the real one before they look. */
const LOCAL: readonly (readonly string[])[] = [
  ['plan', ...TARGET, '--local'],
  ['deploy', ...TARGET, '--local', '--no-check-startup'],
  ['status', ...TARGET, '--local'],
  ['drift', ...TARGET, '--local'],
  ['tenant', 'list', '--local'],
  ['local', 'status'],
  ['local', 'seed'],
  ['local', 'reset'],
];

it('every command is swept, but those that read nothing of a tenant or are swept with files of their own', () => {
  const swept = new Set([...SWEPT, ...COMMANDS, ...LOCAL].map(([name]) => name));
  const others = ['build', 'init'];
  expect(EVERY.map(({ name }) => name).filter((name) => !swept.has(name))).toEqual(
    expect.arrayContaining(others),
  );
  expect(EVERY.filter(({ name }) => !swept.has(name) && !others.includes(name))).toEqual([]);
});

describe('no canary is in any output, record or file of a release, a gradual deploy and the end of a tenant', () => {
  it('when commands succeed', async () => {
    for (const [number, command] of COMMANDS.entries()) {
      const args = [...(await aboutLatest(command)), ...(number % 2 === 0 ? [] : TRACE)];
      const { exitCode, stdout, stderr } = await project.cli(args);
      if (BEGINNING.has(args[0] ?? '')) latest = undefined;
      const wanted = REFUSED[command.slice(0, 2).join(' ')] ?? REFUSED[command[0] ?? ''] ?? 0;
      expect({ args, exitCode, leaks: leaksIn(`${stdout}\n${stderr}`) }).toEqual({
        args,
        exitCode: wanted,
        leaks: [],
      });
    }
    expect(leaksIn(await project.takeRecords())).toEqual([]);
    expect(leaksIn(await project.kept())).toEqual([]);
  }, 60_000);

  it('when any one call fails and the API answers with all of them', async () => {
    const said = everyWriting();
    const envelope = JSON.stringify({
      success: false,
      errors: [{ code: 7999, message: said }],
      result: null,
    });
    for (const [number, command] of COMMANDS.entries()) {
      const words = await aboutLatest(command);
      project.failAt(1 + (number % 4), {
        status: number % 3 === 0 ? 403 : 400,
        body: number % 2 === 0 ? said : envelope,
      });
      const args = [...words, ...(number % 2 === 0 ? TRACE : [])];
      expect({ args, leaks: leaksIn(await outputOf(args)) }).toEqual({ args, leaks: [] });
    }
    project.failAt(null);
    expect(leaksIn(await outputOf(await aboutLatest(['release', 'show', LATEST, '--json'])))).toEqual([]);
    expect(leaksIn(await project.takeRecords())).toEqual([]);
    expect(leaksIn(await project.kept())).toEqual([]);
  }, 60_000);
});

describe('no canary is in any output, record or file of the embedded Cloudflare', () => {
  it('but in its state, which holds what was deployed and which only its owner can read', async () => {
    for (const command of LOCAL) {
      for (const mode of [[], TRACE]) {
        const args = [...command, ...mode];
        const { exitCode, stdout, stderr } = await project.cli(args);
        expect({ args, exitCode, leaks: leaksIn(`${stdout}\n${stderr}`) }).toEqual({
          args,
          exitCode: 0,
          leaks: [],
        });
      }
    }
    expect(leaksIn(await project.read('cf-deploy.seed.json'))).toEqual([]);
    expect(leaksIn(await project.takeRecords())).toEqual([]);
  }, 60_000);

  it('when its state is damaged, or the file that names a running one or its seed is full of them', async () => {
    const said = everyWriting();
    await project.cli(['plan', ...TARGET, '--local']);
    await project.write('.cf-deploy/running.json', JSON.stringify({ url: said, token: said }));
    await project.write('.cf-deploy/seeded.json', JSON.stringify([said]));
    for (const file of ['.cf-deploy/cloudflare/state-0.journal', 'cf-deploy.seed.json', 'weather.json']) {
      await project.write(file, file.endsWith('journal') ? said : JSON.stringify({ [said]: said }));
      for (const command of LOCAL.slice(0, 7)) {
        const args = [...command, ...(file === 'weather.json' ? ['--weather=weather.json'] : []), ...TRACE];
        expect({ args, leaks: leaksIn(await outputOf(args)) }).toEqual({ args, leaks: [] });
      }
    }
  }, 60_000);
});

describe('no canary is in any output or record when a health check is answered with all of them', () => {
  let server: Server;
  let asked = 0;
  let answer: { readonly status: number; readonly headers: Record<string, string>; readonly body: string };

  beforeEach(async () => {
    asked = 0;
    server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await project.write(
      'cf-deploy.config.mjs',
      `export default { allowedSecrets: ['SHARED_KEY'], healthHosts: ['${origin}'] };`,
    );
    const file = 'tenants/acme/tenant.config.json';
    const healthCheck = { url: `${origin}/health`, attempts: 1, intervalMs: 0, versionFrom: 'version.id' };
    await project.write(file, JSON.stringify({ ...JSON.parse(await project.read(file)), healthCheck }));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const asking = [
    ['status', ...TARGET],
    ['deploy', ...TARGET, '--force', '--no-check-startup'],
    ['deploy', '--all', '--force', '--no-check-startup'],
    ['rollback', ...TARGET, '--yes'],
  ];

  it('whatever kind of answer it is', async () => {
    const said = everyWriting({ typed: true }).replaceAll('\n', ' ');
    const version = JSON.stringify({ status: said, version: { id: said } });
    const inHeader = encodeURI(CANARIES.token);
    const answers = [
      { status: 500, headers: {}, body: said },
      { status: 200, headers: { 'content-type': 'application/json' }, body: version },
      { status: 302, headers: { location: `https://login.example/?t=${inHeader}` }, body: said },
      {
        status: 429,
        headers: { 'retry-after': CANARIES.otherTenantsToken },
        body: `error code: 1015 ${said}`,
      },
      { status: 404, headers: { 'x-preview-user-error': CANARIES.github }, body: `<html>${said}</html>` },
    ];
    for (const [number, given] of answers.entries()) {
      answer = given;
      const before = asked;
      for (const [at, command] of asking.entries()) {
        const args = [...command, ...((number + at) % 2 === 0 ? [] : TRACE)];
        expect({ args, leaks: leaksIn(await outputOf(args)) }).toEqual({ args, leaks: [] });
      }
      expect(asked).toBeGreaterThan(before);
    }
    expect(leaksIn(await project.takeRecords())).toEqual([]);
    expect(leaksIn(await project.kept())).toEqual([]);
  }, 60_000);

  it('wherever the excerpt of the answer ends', async () => {
    const { token } = CANARIES;
    for (let cut = 0; cut <= token.length; cut += 3) {
      answer = { status: 500, headers: {}, body: `${'x'.repeat(200 - cut)}${token}` };
      const run = await outputOf(['status', ...TARGET, '--json']);
      expect({ cut, leaks: leaksIn(run) }).toEqual({ cut, leaks: [] });
    }
  }, 60_000);
});
