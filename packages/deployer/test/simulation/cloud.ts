import {
  ASSUMPTIONS,
  createDouble,
  createEmulator,
  createVirtualClock,
  LOCAL_TOKEN,
  ownWords,
  type AssumptionChoices,
  type Emulator,
  type RuntimeFactory,
  type VirtualClock,
} from '@cf-deploy/emulator';
import type { Dice } from './chance.ts';
import { ACCOUNT } from './wanted.ts';

/** Token of whoever else deploys. */
export const OTHER_TOKEN = 'another-deployers-token';

type View = Parameters<RuntimeFactory>[0]['view'];

/** An embedded Cloudflare on a virtual clock, whose Workers answer in the name of their version. */
export interface Cloud {
  readonly emulator: Emulator;
  readonly clock: VirtualClock;
  /** Behaviours that are switched to their alternative. */
  readonly flipped: readonly string[];
  /** Asks a Worker; `behind` leaves out so many of the newest deployments, as while they spread. */
  ask(request: Request, behind: number): Promise<Response>;
  close(): Promise<void>;
}

/** Which assumptions are switched: none, all, or in half of all lives some. */
export type Flips = 'none' | 'all' | 'some';

/** Starts one. */
export async function startCloud(seed: string, dice: Dice, flips: Flips): Promise<Cloud> {
  const clock = createVirtualClock('2026-03-01T00:00:00.000Z');
  const flipped = flippedIn(dice, flips);
  let behind = 0;
  const emulator = await createEmulator({
    clock,
    seed,
    rateLimit: null,
    accounts: [{ id: ACCOUNT, subdomain: 'test' }],
    tokens: [LOCAL_TOKEN, { value: OTHER_TOKEN, email: 'other@example.com' }],
    assumptions: Object.fromEntries(flipped.map((id) => [id, 'alternative'])) satisfies AssumptionChoices,
    runtime: ({ view, random }) =>
      createDouble({ view: lagging(view, () => behind), clock, random, answer: healthOf }),
  });
  return {
    emulator,
    clock,
    flipped,
    async ask(request, deployments) {
      behind = deployments;
      try {
        return await emulator.fetch(request);
      } finally {
        behind = 0;
      }
    },
    close: () => emulator.close(),
  };
}

function flippedIn(dice: Dice, flips: Flips): readonly string[] {
  const all = ASSUMPTIONS.map(({ id }) => id);
  if (flips !== 'some') return flips === 'all' ? all : [];
  return dice.happens('flips', 0.5) ? all.filter((id) => dice.happens(`flip ${id}`, 0.3)) : [];
}

/** A version whose files said so is sick; every other is well and tells its id. */
function healthOf(answering: Parameters<typeof ownWords>[0]): Response {
  const { version } = answering;
  const health = version.bindings.find(({ name }) => name === 'HEALTH')?.text;
  if (health !== 'sick') return ownWords(answering);
  return Response.json({ status: 'down', version: { id: version.id } }, { status: 500 });
}

/** The view as an edge has it that did not hear of the newest deployments yet. */
function lagging(view: View, behind: () => number): View {
  return {
    ...view,
    script: (...asked) => {
      const script = view.script(...asked);
      return script === undefined || behind() === 0
        ? script
        : { ...script, deployments: script.deployments.slice(behind()) };
    },
  };
}
