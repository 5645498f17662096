import { ConfigError } from '../../errors.ts';
import { matchesLabels, parseLabel } from './labels.ts';
import type { RolloutRequest, WaveRequest } from '../../shapes/rollout-schema.ts';
import type { WaveOptions } from '../../store/release.ts';

/** What a wave needs to know of a target. */
export interface WaveTarget {
  /** Its name in the release. */
  readonly target: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Targets with equal shapes differ in nothing that a canary could show. */
  readonly shape: string;
}

/** Targets in waves: each target once, in the given order inside its wave; the last wave takes whoever is left. */
export interface Waves {
  readonly waves: readonly WaveOptions[];
  /** Name of a target → number of its wave. */
  readonly waveOf: ReadonlyMap<string, number>;
}

/**
 * Divides targets into waves. Pure. Empty waves are left out.
 * @param first a first wave: `auto` has one target of every distinct shape, a number so many
 * @throws ConfigError USAGE for a wave that says how many in two ways or in none
 */
export function divide(
  targets: readonly WaveTarget[],
  requests: readonly WaveRequest[],
  first: Pick<RolloutRequest, 'canary' | 'bakeSeconds'> = {},
): Waves {
  const left = new Map(targets.map((each) => [each.target, each]));
  const waves: WaveOptions[] = [];
  const waveOf = new Map<string, number>();
  const add = (options: WaveOptions, members: readonly WaveTarget[]): void => {
    if (members.length === 0) return;
    for (const { target } of members) {
      waveOf.set(target, waves.length);
      left.delete(target);
    }
    waves.push(options);
  };
  const { canary } = first;
  if (canary !== undefined) {
    const bakeMs = (first.bakeSeconds ?? 0) * 1_000;
    const members = canary === 'auto' ? oneOfEachShape(targets) : targets.slice(0, canary);
    add({ name: 'canary', bakeMs, gate: 'auto' }, members);
  }
  for (const [index, request] of requests.entries()) {
    add(optionsOf(request, index), membersOf(request, [...left.values()], targets.length));
  }
  add({ name: waves.length === 0 ? 'all' : 'rest', bakeMs: 0, gate: 'auto' }, [...left.values()]);
  return { waves, waveOf };
}

function oneOfEachShape(targets: readonly WaveTarget[]): readonly WaveTarget[] {
  const first = new Map<string, WaveTarget>();
  for (const target of targets) if (!first.has(target.shape)) first.set(target.shape, target);
  return [...first.values()];
}

function membersOf(request: WaveRequest, left: readonly WaveTarget[], all: number): readonly WaveTarget[] {
  const { label, count, percent } = request;
  if (label === undefined && count === undefined && percent === undefined) {
    throw new ConfigError('USAGE', 'A wave says neither label, count nor percent.', {
      hint: 'Write for example { percent: 10 } or { label: "tier=free" }.',
    });
  }
  if (count !== undefined && percent !== undefined) {
    throw new ConfigError('USAGE', 'A wave says count and percent.', { hint: 'Keep one of them.' });
  }
  const conditions = (typeof label === 'string' ? [label] : (label ?? [])).map(parseLabel);
  const matching = left.filter(({ labels }) => matchesLabels(labels, conditions));
  if (count !== undefined) return matching.slice(0, count);
  return percent === undefined ? matching : matching.slice(0, Math.ceil((all * percent) / 100));
}

function optionsOf({ name, bakeSeconds, gate }: WaveRequest, index: number): WaveOptions {
  return { name: name ?? `wave ${index + 1}`, bakeMs: (bakeSeconds ?? 0) * 1_000, gate: gate ?? 'auto' };
}
