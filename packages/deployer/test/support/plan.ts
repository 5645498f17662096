import type { Bundle } from '../../src/bundle/bundle.ts';
import { createRelease, makePlan, type Plan } from '../../src/plan/plan.ts';
import type { ResolvedWorker } from '../../src/resolve/resolved-worker.ts';
import type { LiveWorker } from '../../src/sections/live.ts';
import { makeLive } from './live.ts';
import { makeBundle, makeWorker } from './worker.ts';

/** What is wanted and what is live, as far as it is not usual. */
export interface PlanCase {
  readonly worker?: Partial<ResolvedWorker>;
  /** Null: an assets-only Worker. */
  readonly bundle?: Partial<Bundle> | null;
  readonly live?: (worker: ResolvedWorker) => LiveWorker;
  readonly options?: Partial<Parameters<typeof makePlan>[2]>;
}

/** The plan for a Worker that is just as its files want it, but for what the case says. */
export function planOf({ worker: fields = {}, bundle = {}, live = makeLive, options = {} }: PlanCase): Plan {
  const worker = makeWorker(fields);
  const release = createRelease(worker, bundle === null ? null : makeBundle(bundle), null);
  return makePlan(release, live(worker), {
    force: false,
    takeOver: false,
    takeOverSplit: false,
    strategy: 'at-once',
    verifyBefore: 'never',
    url: 'https://acme.test.workers.dev',
    notYet: [],
    ...options,
  });
}

/** Kinds of its steps, in order. */
export function stepKinds(plan: Plan): readonly string[] {
  return plan.steps.map(({ kind }) => kind);
}

/** The same Worker with other code. */
export function olderCode(worker: ResolvedWorker): LiveWorker {
  return makeLive(worker, { code: 'older' });
}

/** Two Durable Object migrations; the second one destroys a class. */
export const MIGRATIONS = {
  migrations: [
    { tag: 'v1', new_sqlite_classes: ['Room'] },
    { tag: 'v2', deleted_classes: ['Room'] },
  ],
} satisfies Partial<ResolvedWorker>;

/** The same Worker before the second migration. */
export function behindMigrations(worker: ResolvedWorker): LiveWorker {
  return makeLive(worker, { migrations: 'v1' });
}
