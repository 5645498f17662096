import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { changePath, type Change } from './change.ts';
import { diffStates, partPath } from './diff.ts';
import { applyIgnoreRules, ruleFor } from './ignore.ts';
import { annotationsOf, type LiveWorker } from './live.ts';
import { notLookedAt } from './live-memory.ts';
import { ownerName } from './marker.ts';
import { reportChange, type ReportedChange } from './meaning.ts';
import { isForeign, readable } from './owner.ts';
import { provenanceOf } from './provenance.ts';
import type { WorkerState } from './registry.ts';

/** What differs between one target's files and what is live. */
export interface DriftReport {
  readonly tenant: string;
  /** Name of the shared Worker that the tenant takes; null for one of its own. */
  readonly worker: string | null;
  readonly environment: string | null;
  readonly scriptName: string;
  /**
   * `clean`: nothing differs, and everything was compared but what `notLookedAt` names. `unknown`: nothing differs of what
   * could be compared.
   */
  readonly outcome: 'clean' | 'drifted' | 'unknown';
  readonly drifted: boolean;
  /** From what is live to what the files say; `owned` tells whether a deploy would put it back. */
  readonly changes: readonly ReportedChange[];
  readonly ignored: readonly { readonly path: string; readonly rule: string }[];
  /** Sections that could not be compared, and why. */
  readonly unknown: readonly { readonly section: string; readonly why: string }[];
  /** What was taken as it was remembered, because no list of the account shows whether it changed since. */
  readonly notLookedAt: readonly string[];
  /** What else is to be known: a version without traffic, code that is the same but for comments. */
  readonly notices: readonly string[];
  readonly provenance: {
    readonly versionId: string | null;
    readonly author: string | null;
    readonly source: string | null;
    readonly at: string | null;
  } | null;
}

/** What the code itself says, where it was read. */
export interface CodeComparison {
  readonly changes: readonly Change[];
  /** Modules that are the same but for comments. */
  readonly notices: readonly string[];
}

/**
 * Compares what is live with what the files say, leaves out what the rules leave to others, and says whose it is. What
 * could not be compared keeps the outcome from being `clean`. Pure.
 */
export function driftReport(
  worker: ResolvedWorker,
  states: { readonly desired: WorkerState; readonly live: LiveWorker; readonly code: CodeComparison | null },
): DriftReport {
  const { desired, live, code } = states;
  const rules = worker.drift.ignore;
  const diff = diffStates(desired, live.state, worker);
  // Where the code was read, its digest has nothing to add.
  const all = code === null ? diff.changes : withoutDigest(diff.changes, code);
  const { changes, ignored } = applyIgnoreRules(all, rules);
  const unknown = diff.unknown
    .filter(({ section }) => code === null || section !== 'code')
    .map((part) => ({ section: partPath(part), why: part.why, rule: ruleFor(partPath(part), rules) }));
  const open = unknown.filter(({ rule }) => rule === undefined);
  const left = unknown.flatMap(({ section, rule }) => (rule === undefined ? [] : [{ path: section, rule }]));
  return {
    tenant: worker.tenant,
    worker: worker.worker,
    environment: worker.environment,
    scriptName: worker.scriptName,
    outcome: changes.length > 0 ? 'drifted' : open.length > 0 ? 'unknown' : 'clean',
    drifted: changes.length > 0,
    changes: changes.map((change) => reportChange(change, { worker, live, takeOver: false })),
    ignored: [...ignored.map(({ change, rule }) => ({ path: changePath(change), rule })), ...left],
    unknown: open.map(({ section, why }) => ({ section, why })),
    notLookedAt: notLookedAt(live),
    notices: [
      ...whose(worker, live),
      ...notices(live),
      ...undeclaredSecrets(worker, live),
      ...(code?.notices ?? []),
    ],
    provenance: provenanceOf(live.deployment, live.version),
  };
}

function withoutDigest(changes: readonly Change[], code: CodeComparison): readonly Change[] {
  return [...changes.filter(({ section }) => section !== 'code'), ...code.changes];
}

/** Where the files declare no secret, those that are there are no difference, and said all the same. */
function undeclaredSecrets({ secrets }: ResolvedWorker, { exists, state }: LiveWorker): readonly string[] {
  if (!exists || !state.secrets.known || secrets.required.length + (secrets.optional ?? []).length > 0)
    return [];
  const names = state.secrets.value;
  return names.length === 0 ? [] : [`the files declare no secrets; live are ${names.join(', ')}`];
}

/** A deploy is refused then, so that it would put something back is only half of it. */
function whose(worker: ResolvedWorker, live: LiveWorker): readonly string[] {
  const owner = isForeign(worker, annotationsOf(live));
  return owner === null
    ? []
    : [`it was deployed as ${readable(owner)}; a deploy of ${readable(ownerName(worker))} needs --take-over`];
}

function notices({ undeployed }: LiveWorker): readonly string[] {
  if (undeployed === null) return [];
  const { id, author, createdOn } = undeployed;
  const by = author === null ? '' : ` by ${author}`;
  const at = createdOn === null ? '' : ` at ${createdOn}`;
  return [`version ${id} was uploaded${by}${at} and has no traffic`];
}
