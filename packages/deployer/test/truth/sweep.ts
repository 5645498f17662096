import type { Account } from './account.ts';
import { ACTS, isDeployment, type Act } from './acts.ts';
import { runIn, type Fault, type Order, type Told } from './run.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Scene } from './scenes.ts';
import { untrue } from './truth.ts';

/** One order of events in which something was said that is not so. */
export interface Finding {
  readonly scene: string;
  readonly order: Order;
  readonly wrong: readonly string[];
  readonly told: Told;
}

const FAULTS: readonly Fault[] = ['refused', 'lost before', 'lost after'];

/** What one order came to; no finding when all that was said is so. */
interface Tried {
  readonly told: Told;
  readonly finding: Finding | null;
}

/** A scene with what every order in it begins with. */
export interface SetScene {
  readonly name: string;
  readonly sick: boolean;
  readonly start: Readonly<Account>;
  readonly plan: Plan;
}

/** Goes on from an order, which may have been tried. */
type Go = (order: Order, known?: Tried) => Promise<void>;

/** Sets a scene in which lists are that far behind, ms. Plans are data: one does for all orders. */
export async function setScene({ name, sick, start, plan }: Scene, lagMs: number): Promise<SetScene> {
  const account = { ...start(), lagMs };
  return { name, sick, start: account, plan: await plan({ ...account }) };
}

/** Lives one order. */
export async function tryOrder(scene: SetScene, order: Order): Promise<Tried> {
  const { start, plan } = scene;
  const { lagMs } = start;
  const account: Account = { ...start };
  const told = await runIn(account, plan, order, scene.sick);
  const without: Account = { ...start, now: account.now };
  if (order.act !== null && told.beforeAct !== null) ACTS[order.act.kind](without);
  const facts = {
    before: start,
    after: account,
    without,
    target: plan.target,
    blind:
      told.events.some(
        ({ failed }, at) => failed && told.events.slice(0, at + 1).some(({ what }) => what === 'write'),
      ) || lagMs > 0,
  };
  const wrong = untrue(told.executed, facts);
  if (wrong.length > 0 && order.act !== null && isTraceless(told, order.act)) {
    if (untrue(told.executed, { ...facts, without: start }).length === 0) return { told, finding: null };
  }
  if (wrong.length === 0) return { told, finding: null };
  if (order.act !== null && isUnseen(told, order.act, lagMs)) {
    // Nobody could see it: the report must be so of the account without it.
    const calm = await tryOrder(scene, { ...order, act: null });
    if (calm.finding === null) return { told, finding: null };
  }
  return { told, finding: { scene: scene.name, order, wrong, told } };
}

/**
 * What they set was overwritten before anything of it was read, and no list tells of it; or it was just what the run sets.
 */
function isTraceless({ events }: Told, { kind, at }: NonNullable<Order['act']>): boolean {
  if (kind === 'sets crons as the files want them') return true;
  if (kind !== 'sets crons') return false;
  const next = events
    .slice(at)
    .find(({ what, name, failed }) => name.endsWith('schedules') && (what === 'write' || !failed));
  return next?.what === 'write';
}

/** Nothing that was read since shows it; lists are that far behind. */
function isUnseen(
  { events }: Told,
  { kind, at }: { readonly kind: Act; readonly at: number },
  lagMs: number,
): boolean {
  const shownAt = (events[at]?.time ?? 0) + (isDeployment(kind) ? lagMs : 0);
  const since = events.slice(at).filter(({ time }) => time >= shownAt);
  const shows = isDeployment(kind)
    ? /^deployments$/
    : kind === 'switches workers.dev off'
      ? /^subdomain$/
      : /^schedules$/;
  return !since.some(
    ({ what, name, failed }) =>
      !failed &&
      ((what === 'read' && shows.test(name)) || (what === 'ask' && kind === 'switches workers.dev off')),
  );
}

/** How much of it is tried. */
export interface Depth {
  /** Somebody acts, at any call. */
  readonly acts: boolean;
  /** How many calls fail at most. */
  readonly faults: number;
}

/**
 * Tries every order of events of a scene: somebody's act before any call, and faults at any calls, each after the one before.
 * What a run does after an event decides where the next one can be, so nothing is tried twice.
 */
export async function explore(
  scene: SetScene,
  depth: Depth,
  found: (finding: Finding) => void,
): Promise<number> {
  let tried = 0;
  const go: Go = async (order, known) => {
    const { told, finding } = known ?? (await tryOrder(scene, order));
    tried += 1;
    if (finding !== null) found(finding);
    const { events } = told;
    const last = order.faults.at(-1);
    if (last?.until !== undefined || order.faults.length === depth.faults) return;
    for (let at = (last?.at ?? -1) + 1; at < events.length; at += 1) {
      for (const fault of faultsAt(events, at)) await go({ ...order, faults: [...order.faults, fault] });
    }
  };
  await go({ act: null, faults: [] });
  if (!depth.acts) return tried;
  // A fault makes a run longer by what it then looks at and undoes.
  const calls = (await tryOrder(scene, { act: null, faults: [] })).told.events.length + 10;
  for (const kind of Object.keys(ACTS) as Act[]) {
    for (let at = 0; at < calls; at += 1) await goActed(scene, { kind, at }, depth, go);
  }
  return tried;
}

/** Orders in which that act is reached: at once, or because a call before it failed. */
async function goActed(scene: SetScene, act: NonNullable<Order['act']>, depth: Depth, go: Go): Promise<void> {
  const atOnce = await tryOrder(scene, { act, faults: [] });
  const { told } = atOnce;
  if (told.events[act.at]?.what === 'wait') return;
  if (told.beforeAct !== null) return go({ act, faults: [] }, atOnce);
  if (depth.faults === 0) return;
  for (const at of told.events.keys()) {
    for (const fault of faultsAt(told.events, at)) {
      const order = { act, faults: [fault] };
      const reached = await tryOrder(scene, order);
      if (reached.told.beforeAct !== null && reached.told.events[act.at]?.what !== 'wait')
        await go(order, reached);
    }
  }
}

function faultsAt(events: Told['events'], at: number): Order['faults'] {
  const what = events[at]?.what;
  if (what === 'read')
    return [
      { kind: 'lost before', at },
      { kind: 'lost before', at, until: 99 },
    ];
  return what === 'write' ? FAULTS.map((kind) => ({ kind, at })) : [];
}
