import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { RuntimeView } from './contract.ts';
import { createBroker } from './queues/broker.ts';
import type { Broker, BrokerOptions } from './queues/broker.ts';
import { createQueueFile } from './queues/queue-file.ts';
import { createVectorizeStore } from './stand-ins/vectorize.ts';
import type { VectorizeStore } from './stand-ins/vectorize.ts';

/** What one account has outside workerd. */
export interface AccountServices {
  vectorize: VectorizeStore;
  broker: Broker;
}

/** Services by account, made when first asked for. */
export interface AllAccountServices {
  of(accountId: string): AccountServices;
  /** Those made so far. */
  all(): Iterable<AccountServices>;
  changed(accountId: string): void;
}

/** @param options.deliver Runs the `queue` handler of a consumer of the account. */
export function createAccountServices(options: {
  view: RuntimeView;
  clock: Clock;
  dirOf: (accountId: string) => string;
  deliver: (
    accountId: string,
    ...batch: Parameters<BrokerOptions['deliver']>
  ) => ReturnType<BrokerOptions['deliver']>;
}): AllAccountServices {
  const { view, clock, dirOf, deliver } = options;
  const made = new Map<string, AccountServices>();
  const make = (accountId: string): AccountServices => ({
    vectorize: createVectorizeStore(join(dirOf(accountId), 'vectorize'), (name) =>
      view.vectorizeIndex?.(accountId, name),
    ),
    broker: createBroker({
      clock,
      file: createQueueFile(join(dirOf(accountId), 'queues.json')),
      queue: (name) => [...view.queues(accountId)].find((queue) => queue.name === name),
      deliver: (...batch) => deliver(accountId, ...batch),
    }),
  });
  return {
    of: (accountId) => {
      const known = made.get(accountId);
      if (known !== undefined) return known;
      const services = make(accountId);
      made.set(accountId, services);
      // Messages an earlier process took and did not deliver; a file that cannot be read counts as none.
      void services.broker.resume();
      return services;
    },
    all: () => made.values(),
    changed: (accountId) => made.get(accountId)?.broker.changed(),
  };
}
