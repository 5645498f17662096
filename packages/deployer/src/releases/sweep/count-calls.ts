import type { World } from '../../session/world.ts';

/** The world, and how many API calls went through it, repetitions included. */
export interface CountedWorld {
  readonly world: World;
  calls(): number;
}

/** Counts the calls of a run, whichever target they were for. */
export function countCalls(world: World): CountedWorld {
  let calls = 0;
  const onCall: World['onCall'] = (call) => {
    calls += 1;
    world.onCall(call);
  };
  return { world: { ...world, onCall }, calls: () => calls };
}
