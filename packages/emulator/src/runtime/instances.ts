import { createInstance } from './instance/instance.ts';
import type { Instance, InstanceOptions } from './instance/instance-types.ts';

/** The processes of a runtime, by key. Made when first asked for, started when first used. */
export interface Instances {
  get(key: string): Instance;
  /** Tells every process of an account that its state changed. */
  changed(accountId: string): void;
  /** Runs `work` while no process of the account runs. */
  whileStopped(accountId: string, work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param options.maxAwake Processes that run at the same time; the one unused for longest makes room. Busy ones are never
 * stopped for that, so there may be more for a while.
 * @param options.prepare Called once, before the first process starts.
 * @param options.settings Everything about the process of a key. A key starts with the account's id.
 */
export function createInstances(options: {
  maxAwake: number;
  prepare: () => Promise<number[]>;
  settings: (key: string) => Omit<InstanceOptions, 'beforeStart'>;
}): Instances {
  const instances = new Map<string, Instance>();
  let starting: Promise<void> | null = null;
  let closed = false;

  const makeRoom = async (): Promise<void> => {
    const running = [...instances.values()].filter((instance) => instance.running);
    if (running.length < options.maxAwake) return;
    const [oldest] = running
      .filter((instance) => instance.busy === 0)
      .toSorted((one, other) => one.lastUsed - other.lastUsed);
    await oldest?.stop();
  };

  const ofAccount = (accountId: string): Instance[] =>
    [...instances].filter(([key]) => key.split('/')[0] === accountId).map(([, instance]) => instance);

  return {
    get: (key) => {
      const known = instances.get(key);
      if (known !== undefined) return known;
      if (closed) throw new Error('The Workers runtime is closed.');
      const beforeStart = (): Promise<void> => {
        starting = (starting ?? options.prepare()).then(makeRoom, makeRoom);
        return starting;
      };
      const instance = createInstance({ ...options.settings(key), beforeStart });
      instances.set(key, instance);
      return instance;
    },
    changed: (accountId) => {
      for (const instance of ofAccount(accountId)) instance.changed();
    },
    whileStopped: (accountId, work) =>
      ofAccount(accountId).reduce((inner, instance) => () => instance.whileStopped(inner), work)(),
    close: async () => {
      closed = true;
      await Promise.all([...instances.values()].map((instance) => instance.close()));
    },
  };
}
