import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDeployer, DeployError, type Deployer, type DeployResult } from '@cf-deploy/deployer';
import {
  createEmulator,
  createVirtualClock,
  LOCAL_TOKEN,
  type Emulator,
  type VirtualClock,
} from '@cf-deploy/emulator';
import { NO_GIT } from '../support/no-git.ts';
import { ACCOUNT, tenantFile } from '../support/project.ts';
import { toRequest } from '../support/request.ts';

const WRITERS = ['1', '2', '3', '4', '5', '6', '7', '8'];
const SEEDS = Array.from({ length: 6 }, (_, seed) => seed);

/** What is not of a version, and comes from whoever wrote it last. */
interface Parts {
  readonly crons: readonly string[];
  readonly routes: readonly string[];
  readonly logpush: boolean;
}

/** What is really live: the traffic, whose code and variables, and whose triggers. */
interface Live extends Parts {
  readonly versionId: string | null;
  readonly shares: number;
  readonly code: string | null;
  readonly writer: string | null;
  readonly versions: readonly string[];
  /** Who had the traffic since when, the newest first. */
  readonly deployed: readonly { readonly versionId: string | undefined; readonly since: number }[];
}

function sourceOf(writer: string): string {
  return `export default { fetch: () => new Response('${writer}') };\n`;
}

/** Two write the same time, two have the same route as what was there, so not each has to set everything. */
function triggersOf(writer: string): {
  readonly triggers: { readonly crons: readonly string[] };
  readonly routes: readonly { readonly pattern: string; readonly zone_name: string }[];
  readonly logpush: boolean;
} {
  const number = Number(writer);
  return {
    triggers: { crons: [`0 ${number % 7} * * *`] },
    routes: [{ pattern: `example.com/${number % 5}/*`, zone_name: 'example.com' }],
    logpush: number % 2 === 0,
  };
}

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = Math.imul(seed + 1, 2_654_435_761);
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return state / 2 ** 32;
  };
}

/** Lets one caller go on at a time: the one whose time comes first, when all that could run do wait. */
function createTurns(
  random: () => number,
  clock: VirtualClock,
): {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly calm: () => Promise<void>;
} {
  const now = (): number => clock.now().getTime();
  const waiting: { readonly at: number; readonly go: () => void }[] = [];
  let ticking = false;
  const tick = (): void => {
    const [next] = waiting.toSorted((a, b) => a.at - b.at);
    if (next === undefined) {
      ticking = false;
      return;
    }
    waiting.splice(waiting.indexOf(next), 1);
    clock.advance(Math.max(0, next.at - now()));
    next.go();
    setImmediate(tick);
  };
  const sleep = (ms: number): Promise<void> =>
    new Promise((go) => {
      waiting.push({ at: now() + ms, go });
      if (!ticking) setImmediate(tick);
      ticking = true;
    });
  return { now, sleep, calm: () => sleep(random() * 400) };
}

async function openWriter(
  root: string,
  writer: string,
  { emulator, random }: { readonly emulator: Emulator; readonly random: () => number },
  turns: ReturnType<typeof createTurns>,
): Promise<Deployer> {
  const folder = join(root, writer, 'tenants', 'acme');
  await mkdir(folder, { recursive: true });
  const json = (name: string, value: object): Promise<void> =>
    writeFile(join(folder, name), JSON.stringify(value));
  await Promise.all([
    writeFile(join(folder, 'index.js'), sourceOf(writer)),
    json('wrangler.json', {
      name: 'acme',
      main: 'index.js',
      no_bundle: true,
      compatibility_date: '2026-02-01',
      vars: { WRITER: writer },
      ...triggersOf(writer),
    }),
    json('tenant.config.json', tenantFile('acme', { healthCheck: false })),
  ]);
  return createDeployer({
    root: join(root, writer),
    // A call takes its time on the way there and on the way back.
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      await turns.sleep(1 + random() * 300);
      const answer = await emulator.fetch(request);
      await turns.sleep(1 + random() * 300);
      return answer;
    },
    now: turns.now,
    sleep: turns.sleep,
    apiToken: LOCAL_TOKEN,
    env: {},
    git: NO_GIT,
  });
}

async function look({ admin, fetch }: Emulator): Promise<Live> {
  const routes = await routesOf(fetch);
  const script = admin.scripts(ACCOUNT).find(({ name }) => name === 'acme');
  const shares = script?.deployments[0]?.versions ?? [];
  const live = script?.versions.find(({ id }) => id === shares[0]?.versionId);
  const text = live?.bindings.find(({ name }) => name === 'WRITER')?.text;
  return {
    crons: (script?.schedules ?? []).map(({ cron }) => cron),
    routes,
    logpush: script?.settings.logpush ?? false,
    versionId: live?.id ?? null,
    shares: shares.filter(({ percentage }) => percentage > 0).length,
    code: live?.modules[0]?.blob ?? null,
    writer: text === undefined ? null : String(text),
    versions: (script?.versions ?? []).map(({ id }) => id),
    deployed: (script?.deployments ?? []).map(({ versions, createdOn }) => ({
      versionId: versions[0]?.versionId,
      since: Date.parse(createdOn),
    })),
  };
}

async function routesOf(ask: Emulator['fetch']): Promise<readonly string[]> {
  const url = `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/services/acme/environments/production/routes`;
  const answer = await ask(new Request(url, { headers: { authorization: `Bearer ${LOCAL_TOKEN}` } }));
  const { result } = (await answer.json()) as { result: readonly { readonly pattern: string }[] };
  return result.map(({ pattern }) => pattern);
}

/** Why what a deployer was told is not so at the end; null when it is. */
function untrue(
  writer: string,
  result: DeployResult | DeployError,
  ended: number,
  live: Live,
): string | null {
  if (result instanceof DeployError)
    return ['INTERNAL', 'MACHINE_REFUSED'].includes(result.code) ? result.message : null;
  const { status, endState, versionId, leftovers, error } = result;
  const said = `${writer} says ${status} ${endState} ${error?.code ?? ''} ${leftovers.join(' ')}`;
  if (versionId === null) return status === 'failed' ? null : said;
  if (!live.versions.includes(versionId)) return `${said}, and its version is lost`;
  const had = live.deployed.some((deployment) => deployment.versionId === versionId);
  // Whoever said that it is live was so, until somebody else deployed.
  if (endState === 'live') return had ? null : `${said}, and it never was live`;
  // And who had lost the traffic may have been given it back by the one that took it, who was late.
  if (live.versionId === versionId && !lostBefore(ended, versionId, live)) return `${said}, and it is live`;
  if (error === null) return `${said}, and not why`;
  return leftovers.some((line) => line.includes(versionId) && line.includes('no traffic'))
    ? null
    : `${said}, and its version has no traffic`;
}

function isLive(result: DeployResult | DeployError): result is DeployResult {
  return !(result instanceof DeployError) && result.endState === 'live';
}

/** How a report names what it left of a part. */
const NAMES = { crons: /crons/, routes: /routes/, logpush: /logpush|script settings/ } as const;

/** Which of the parts that are there somebody said to have left. */
function left(results: readonly (DeployResult | DeployError)[], parts: Parts): Partial<Parts> {
  const lines = results.flatMap((result) => (result instanceof DeployError ? [] : result.leftovers));
  const said = Object.entries(parts).filter(([name]) =>
    lines.some((line) => NAMES[name as keyof Parts].test(line)),
  );
  return Object.fromEntries(said) as Partial<Parts>;
}

/** Whether somebody else had the traffic after a version and before a time, however it went on. */
function lostBefore(time: number, versionId: string, { deployed }: Live): boolean {
  const own = deployed.findLastIndex((deployment) => deployment.versionId === versionId);
  return deployed.slice(0, own).some((other) => other.versionId !== versionId && other.since <= time);
}

test.each(SEEDS)(
  'of eight deployers of one target at once one wins whole, version and triggers, and every report is true: seed %i',
  async (seed) => {
    const random = randomOf(seed);
    const clock = createVirtualClock('2026-03-01T00:00:00.000Z');
    const turns = createTurns(random, clock);
    const root = await mkdtemp(join(tmpdir(), 'cf-deploy-eight-'));
    const emulator = await createEmulator({
      accounts: [{ id: ACCOUNT, subdomain: 'test' }],
      runtime: 'double',
      clock,
      // Nobody knows whether lists are behind writes for a moment.
      assumptions: { 'lists-are-current': seed % 2 === 0 ? 'assumed' : 'alternative' },
      rateLimit: null,
    });
    try {
      await emulator.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com' }] });
      const world = { emulator, random };
      const there = seed % 3 > 0;
      if (there) await (await openWriter(root, '9', world, turns)).deploy({ tenant: 'acme' });
      const deployers = await Promise.all(WRITERS.map((writer) => openWriter(root, writer, world, turns)));
      const results = await Promise.all(
        deployers.map(async (deployer) => {
          await turns.calm();
          const result = await deployer.deploy({ tenant: 'acme' }).catch((error: unknown) => {
            if (error instanceof DeployError) return error;
            throw error;
          });
          return { result, ended: turns.now() };
        }),
      );
      const live = await look(emulator);
      const told = results.map(({ result }, index) =>
        result instanceof DeployError
          ? `${WRITERS[index]} ${result.code}`
          : `${WRITERS[index]} ${result.status} ${result.endState} ${result.error?.code ?? ''}`,
      );
      const wrong = results.flatMap(
        ({ result, ended }, index) => untrue(String(WRITERS[index]), result, ended, live) ?? [],
      );
      expect({ wrong, told, live }).toMatchObject({ wrong: [] });
      expect(live.shares).toBe(1);
      const { triggers, routes, logpush } = triggersOf(String(live.writer));
      const whole = {
        crons: triggers.crons,
        routes: routes.map(({ pattern }) => pattern),
        logpush,
      };
      const parts = { crons: live.crons, routes: live.routes, logpush: live.logpush };
      // Where all give way to each other nobody has won, and who brought what is there besides says so.
      const others = {
        ...whole,
        ...left(
          results.map(({ result }) => result),
          parts,
        ),
      };
      const won = results.some(({ result }) => isLive(result) && result.versionId === live.versionId);
      expect({ told, ...parts }).toEqual({ told, ...(won ? whole : others) });
      expect(live.code).toBe(
        createHash('sha256')
          .update(sourceOf(String(live.writer)))
          .digest('hex'),
      );
    } finally {
      await emulator.close();
      await rm(root, { recursive: true, force: true });
    }
  },
);
