import type { World } from '../session/world.ts';

/** The world of a command for many, and how many API calls went through it, repetitions included. */
export interface WorldOfMany {
  readonly world: World;
  calls(): number;
}

/** Counts the calls of a run, whichever target they were for, and looks up once which records there are. */
export function worldOfMany(world: World): WorldOfMany {
  let calls = 0;
  const onCall: World['onCall'] = (call) => {
    calls += 1;
    world.onCall(call);
  };
  return { world: { ...world, onCall, records: world.records.forMany() }, calls: () => calls };
}
