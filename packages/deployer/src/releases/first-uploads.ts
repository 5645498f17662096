import type { DeployResult } from '../apply/result.ts';
import type { DeployOptions } from '../commands/deploy.ts';
import { firstUpload, firstUploadError, type FirstUploadRun } from '../commands/first-upload.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { needsAmong } from './begin.ts';
import type { FleetMember } from './selection/fleet-target.ts';

/** First uploads of Workers in circles of service bindings, which targets of a run wait for. */
export interface FirstUploads {
  /** Names of the scripts whose first uploads a target waits for. */
  scripts(target: string): ReadonlySet<string>;
  /** Makes those that a target waits for, each once. @throws DeployError when one failed */
  before(target: string): Promise<void>;
  /** That of a target, as far as it was made here; null when it needed none. */
  of(target: string): FirstUploadRun | null;
  /** All that were made here, by the names of their targets. */
  results(): ReadonlyMap<string, DeployResult>;
}

/** What making them needs. */
export interface FirstUploadOptions {
  readonly members: readonly FleetMember[];
  /** Those that begin a circle. */
  readonly begun: ReadonlySet<FleetMember>;
  readonly open: (member: FleetMember) => Promise<TenantContext>;
  /** How a Worker is deployed otherwise. */
  readonly asked: (context: TenantContext, member: FleetMember) => DeployOptions;
}

/** Nothing is read or sent before a target asks. */
export function firstUploads({ members, begun, open, asked }: FirstUploadOptions): FirstUploads {
  const place = new Map(members.map((member, index) => [member.target, index]));
  const placeOf = ({ target }: FleetMember): number => place.get(target) ?? 0;
  const needs = needsAmong(members);
  const under = new Map<string, Promise<FirstUploadRun | null>>();
  const made = new Map<string, FirstUploadRun>();
  /** Those that it needs and that come only after it. */
  const waitsFor = (member: FleetMember): readonly FleetMember[] =>
    needs(member).flatMap(({ item }) => (begun.has(item) && placeOf(item) > placeOf(member) ? [item] : []));
  const make = async (member: FleetMember): Promise<FirstUploadRun | null> => {
    for (const { item, soft } of needs(member)) if (!soft && begun.has(item)) await once(item);
    const context = await open(member);
    const services = waiting(member, needs(member));
    const run = await firstUpload(context, services, asked(context, member));
    if (run !== null) made.set(member.target, run);
    return run;
  };
  const once = (member: FleetMember): Promise<FirstUploadRun | null> => {
    const known = under.get(member.target) ?? make(member);
    under.set(member.target, known);
    return known;
  };
  const waitedFor = (target: string): readonly FleetMember[] => {
    const member = members[place.get(target) ?? -1];
    return member === undefined ? [] : waitsFor(member);
  };
  return {
    scripts: (target) => new Set(waitedFor(target).map(scriptOf)),
    async before(target) {
      for (const other of waitedFor(target)) {
        const run = await once(other);
        const error = run === null ? null : firstUploadError(run);
        if (error !== null) throw error;
      }
    },
    of: (target) => made.get(target) ?? null,
    results: () => new Map([...made].map(([target, { result }]) => [target, result])),
  };
}

/** Names of the scripts without whose services a member can be begun. */
export function waiting(
  member: FleetMember,
  needs: ReturnType<ReturnType<typeof needsAmong>>,
): readonly string[] {
  return needs.flatMap(({ item, soft }) =>
    soft && item !== member && item.facts !== null ? [scriptOf(item)] : [],
  );
}

/** Name of a member's script. */
export function scriptOf({ facts }: FleetMember): string {
  return facts?.script.split(' ', 2)[1] ?? '';
}
