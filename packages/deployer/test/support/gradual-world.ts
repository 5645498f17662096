import {
  createDouble,
  createVirtualClock,
  LOCAL_TOKEN,
  ownWords,
  type EmulatorOptions,
  type VirtualClock,
} from '@cf-deploy/emulator';
import type { DeployerOptions } from '@cf-deploy/deployer';
import { ACCOUNT, startProject, wranglerFile, type TestProject } from './project.ts';

/** How a version behaves, by the colour in its variables. */
export interface Behaviour {
  /** Share of requests that fail. */
  readonly failing: number;
  /** What failing is: an exception, or an answer of that status. @default 'exception' */
  readonly as?: 'exception' | number;
  /** Its health check fails. */
  readonly sick?: boolean;
}

/** A project whose Worker has visitors: each second that passes brings some. */
export interface GradualWorld {
  readonly project: TestProject;
  readonly clock: VirtualClock;
  /** By colour; what is not named never fails. */
  readonly behaviours: Record<string, Behaviour>;
  /** Runs in the middle of waiting, once, when so many seconds have passed since the last `paint`. */
  after(seconds: number, act: () => Promise<unknown> | unknown): void;
  /** Writes files of that colour. */
  paint(colour: string, fields?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Who has the traffic, by colour. */
  shares(): Readonly<Record<string, number>>;
  /** Seconds since the last `paint`. */
  elapsed(): number;
  /** Time passes, and visitors come. */
  sleep(ms: number): Promise<void>;
  /** Divides the traffic by version id, as somebody with a client of their own would. */
  split(shares: Readonly<Record<string, number>>): Promise<void>;
  another(options?: Partial<DeployerOptions>): TestProject['deployer'];
}

/** What visitors get: there are tens of thousands, and none reads it. */
const WELL = new Response(null);

/** Mulberry32: the same numbers for the same seed, in [0, 1). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Starts it on a virtual clock, with `perSecond` visitors each second. */
export async function startGradualWorld(options: {
  readonly perSecond: number;
  /** Each has that many. @default ['acme'] */
  readonly tenants?: readonly string[];
  /** Where they go. @default the Workers of the top level */
  readonly host?: string;
  readonly seed?: number;
  readonly traffic?: object;
  readonly emulator?: Partial<EmulatorOptions>;
  readonly deployer?: Partial<DeployerOptions>;
  readonly wrangler?: Readonly<Record<string, unknown>>;
}): Promise<GradualWorld> {
  const clock = createVirtualClock('2026-11-02T12:00:00.000Z');
  const random = numbers(options.seed ?? 1);
  const tenants = options.tenants ?? ['acme'];
  const behaviours: Record<string, Behaviour> = {};
  const due: { at: number; act: () => Promise<unknown> | unknown }[] = [];
  let painted = 0;
  const project = await startProject({
    tenants,
    emulator: {
      clock,
      rateLimit: null,
      runtime: ({ view }) =>
        createDouble({
          view,
          clock,
          random,
          answer: (answering) => {
            const { request, version } = answering;
            const colour = String(version.bindings.find(({ name }) => name === 'COLOUR')?.['text']);
            const { failing = 0, as = 'exception', sick = false } = behaviours[colour] ?? {};
            const isCheck = new URL(request.url).pathname === '/health';
            if (isCheck && sick)
              return Response.json({ status: 'down', version: { id: version.id } }, { status: 500 });
            if (isCheck) return ownWords(answering);
            if (random() >= failing) return WELL;
            if (as === 'exception') throw new Error('It does not work.');
            return new Response('no', { status: as });
          },
        }),
      ...options.emulator,
    },
    tenantConfig: options.traffic === undefined ? {} : { traffic: options.traffic },
    ...(options.wrangler === undefined ? {} : { wrangler: options.wrangler }),
  });
  const visits = tenants.map(
    (tenant) => new Request(`https://${options.host ?? `${tenant}.test.workers.dev`}/`),
  );
  const visit = async (): Promise<void> => {
    for (let visitor = 0; visitor < options.perSecond; visitor += 1) {
      for (const request of visits) await project.emulator.runtime.fetch(request);
    }
  };
  const sleep = async (ms: number): Promise<void> => {
    // Others get their turn, as in any other process.
    await new Promise(setImmediate);
    for (let left = ms; left > 0; left -= 1_000) {
      clock.advance(Math.min(left, 1_000));
      if (left < 1_000) break;
      await visit();
      for (const one of due.splice(0)) {
        if (clock.now().getTime() >= one.at) await one.act();
        else due.push(one);
      }
    }
  };
  const another = (more: Partial<DeployerOptions> = {}): TestProject['deployer'] =>
    project.another({ now: () => clock.now().getTime(), sleep, ...options.deployer, ...more });
  return {
    project: { ...project, deployer: another() },
    clock,
    behaviours,
    another,
    sleep,
    async split(shares) {
      const versions = Object.entries(shares).map(([version_id, percentage]) => ({ version_id, percentage }));
      const url = `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts/acme/deployments`;
      const response = await project.emulator.fetch(
        new Request(url, {
          method: 'POST',
          headers: { authorization: `Bearer ${LOCAL_TOKEN}`, 'content-type': 'application/json' },
          body: JSON.stringify({ strategy: 'percentage', versions }),
        }),
      );
      if (!response.ok) throw new Error(await response.text());
    },
    after: (seconds, act) => void due.push({ at: painted + seconds * 1_000, act }),
    elapsed: () => (clock.now().getTime() - painted) / 1_000,
    async paint(colour, fields = {}) {
      painted = clock.now().getTime();
      project.clear();
      for (const tenant of tenants) {
        await project.write(
          `tenants/${tenant}/wrangler.json`,
          wranglerFile(tenant, { vars: { TENANT: tenant, COLOUR: colour }, ...options.wrangler, ...fields }),
        );
      }
    },
    shares() {
      const [script] = project.emulator.admin.scripts(ACCOUNT);
      return Object.fromEntries(
        (script?.deployments[0]?.versions ?? []).map(({ versionId, percentage }) => {
          const version = script?.versions.find(({ id }) => id === versionId);
          const colour = version?.bindings.find(({ name }) => name === 'COLOUR')?.['text'];
          return [String(colour), percentage];
        }),
      );
    },
  };
}
