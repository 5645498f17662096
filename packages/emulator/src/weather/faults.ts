import { chance } from '../chance.ts';
import { matchPath } from '../path-pattern.ts';

/** Something that goes wrong with matching API requests. */
export interface Fault {
  /** Shown in the journal. */
  name?: string;
  method?: string;
  /** Path pattern below `/client/v4`, see `matchPath`. */
  path?: string;
  /** Which of the matching requests it hits, counted from 1. Default: all. */
  nth?: number | number[];
  /** At most so many hits. */
  times?: number;
  /** Chance of a hit, 0 to 1, decided by the seed. */
  probability?: number;
  /** Waits before anything else. Milliseconds. */
  delayMs?: number;
  /** Answers this HTTP status with `code` and `message` in Cloudflare's envelope. */
  status?: number;
  code?: number;
  message?: string;
  headers?: Record<string, string>;
  /** Cuts the connection: `before` anything is applied, or `after` (applied, but the answer is lost). */
  reset?: 'before' | 'after';
  /** Answers 200 with a body that is not JSON. */
  malformed?: boolean;
  /** The request is applied although `status` or `malformed` is answered. */
  applied?: boolean;
}

/** Decides which fault hits which request. */
export interface FaultInjector {
  faults(): readonly Fault[];
  set(faults: readonly Fault[], seed?: string): void;
  add(fault: Fault): void;
  /** The first fault that hits this request; counts it. */
  next(method: string, path: string): Fault | null;
}

interface Counted {
  fault: Fault;
  matched: number;
  hits: number;
}

/** A fault injector whose chances are decided by `seed`, so that a run can be repeated. */
export function createFaultInjector(initial: readonly Fault[], initialSeed = 'weather'): FaultInjector {
  let seed = initialSeed;
  let counted: Counted[] = initial.map(start);
  return {
    faults: () => counted.map(({ fault }) => fault),
    set: (faults, newSeed) => {
      seed = newSeed ?? seed;
      counted = faults.map(start);
    },
    add: (fault) => {
      counted.push(start(fault));
    },
    next: (method, path) => {
      for (const [index, entry] of counted.entries()) {
        if (!matches(entry.fault, method, path)) continue;
        entry.matched += 1;
        if (!strikes(entry, `${seed}:${index}:${entry.matched}`)) continue;
        entry.hits += 1;
        return entry.fault;
      }
      return null;
    },
  };
}

/** What the journal calls a fault. */
export function faultName(fault: Fault): string {
  if (fault.name !== undefined) return fault.name;
  if (fault.reset !== undefined) return `reset ${fault.reset}`;
  if (fault.malformed === true) return 'malformed';
  return fault.status === undefined ? 'delay' : `status ${fault.status}`;
}

function start(fault: Fault): Counted {
  return { fault, matched: 0, hits: 0 };
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  return fault.path === undefined || matchPath(fault.path, path);
}

function strikes({ fault, matched, hits }: Counted, chanceKey: string): boolean {
  if (fault.times !== undefined && hits >= fault.times) return false;
  if (fault.nth !== undefined && ![fault.nth].flat().includes(matched)) return false;
  return fault.probability === undefined || chance(chanceKey) < fault.probability;
}
