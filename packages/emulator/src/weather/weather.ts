import { ApiFailure, ConnectionReset } from '../api/errors.ts';
import { refusal } from '../api/envelope.ts';
import type { Clock } from '../clock.ts';
import { createFaultInjector, faultName } from './faults.ts';
import type { Fault, FaultInjector } from './faults.ts';
import type { MetricsWeather } from '../invocations.ts';
import type { JournalEntry } from '../request-journal.ts';

/** Conditions of the emulated network and control plane, all of which can be changed while it runs. */
export interface Weather {
  /** Added to every API answer, milliseconds. */
  latencyMs: number;
  /** Time until a new deployment serves requests, milliseconds. */
  propagationMs: number;
  /** How late and how thinned out the counts of requests come. */
  readonly metrics: MetricsWeather;
  readonly faults: FaultInjector;
  /** Lets a request through the weather. @throws ConnectionReset */
  pass(entry: JournalEntry, apply: () => Promise<Response>): Promise<Response>;
}

/** Weather with given initial conditions. */
export function createWeather(
  clock: Clock,
  initial: {
    latencyMs?: number;
    propagationMs?: number;
    metrics?: Partial<MetricsWeather>;
    faults?: readonly Fault[];
    seed?: string;
  },
): Weather {
  const faults = createFaultInjector(initial.faults ?? [], initial.seed);
  const weather: Weather = {
    latencyMs: initial.latencyMs ?? 0,
    propagationMs: initial.propagationMs ?? 0,
    metrics: { lagMs: 0, sampleInterval: 1, ...initial.metrics },
    faults,
    pass: async (entry, apply) => {
      if (weather.latencyMs > 0) await clock.sleep(weather.latencyMs);
      const fault = faults.next(entry.method, entry.path);
      if (fault === null) return apply();
      entry.fault = faultName(fault);
      if (fault.delayMs !== undefined) await clock.sleep(fault.delayMs);
      return strike(fault, apply);
    },
  };
  return weather;
}

async function strike(fault: Fault, apply: () => Promise<Response>): Promise<Response> {
  if (fault.reset === 'before') throw new ConnectionReset('The connection was reset.');
  if (fault.reset === 'after') {
    await apply();
    throw new ConnectionReset('The connection was reset.');
  }
  if (fault.applied === true) await apply();
  if (fault.malformed === true) {
    return new Response('<html><head><title>502 Bad Gateway</title></head></html>', {
      headers: { 'content-type': 'text/html' },
    });
  }
  if (fault.status === undefined) return apply();
  const error = { code: fault.code ?? 10013, message: fault.message ?? 'An unknown error has occurred.' };
  return refusal(new ApiFailure(fault.status, [error], fault.headers ?? {}));
}
