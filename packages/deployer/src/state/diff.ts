import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { stableJson } from './canonical.ts';
import type { Change, Section, WorkerState } from './worker-state.ts';

/** What differs, and what could not be compared. */
export interface StateDiff {
  readonly changes: readonly Change[];
  readonly unknown: readonly { readonly section: string; readonly why: string }[];
}

/** How a comparison treats what the desired side does not own. */
export interface DiffOptions {
  /** Variables that only the live side has are left alone (`keep_vars`). */
  readonly keepVars: boolean;
  /** Secrets that may be there or not. */
  readonly optionalSecrets?: readonly string[];
}

/** How a Worker's states are compared: what its files leave open. */
export function diffOptions({
  keepVars,
  secrets,
}: Pick<ResolvedWorker, 'keepVars' | 'secrets'>): DiffOptions {
  return { keepVars, optionalSecrets: secrets.optional ?? [] };
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Compares two states of a Worker field by field, from both sides: what only one side has is a difference. Unknown is
 * never compared as absent. Pure; plan and drift both use it, so they cannot disagree about what differs.
 */
export function diffStates(desired: WorkerState, actual: WorkerState, options: DiffOptions): StateDiff {
  if (!actual.exists) return { changes: [change('worker', 'present', null)], unknown: [] };
  const unknown: { section: string; why: string }[] = [];
  const section = <T>(name: string, compare: (wanted: T, live: T) => readonly Change[]) => {
    return (wanted: Section<T>, live: Section<T>): readonly Change[] => {
      if (wanted.known && live.known) return compare(wanted.value, live.value);
      const why = wanted.known ? (live as { why: string }).why : wanted.why;
      unknown.push({ section: name, why });
      return [];
    };
  };
  const changes = [
    ...diffCode(desired, actual, unknown),
    ...diffBindings(desired, actual, options),
    ...diffSecrets(desired, actual, options),
    ...diffFields('runtime', desired.runtime, actual.runtime),
    ...diffFields('settings', desired.settings, actual.settings),
    ...section('assets', entire('assets'))(desired.assets, actual.assets),
    ...diffMigrations(desired, actual),
    ...diffEntries('exports', desired.exports ?? {}, actual.exports ?? {}),
    ...section('workersDev', diffWorkersDev)(desired.workersDev, actual.workersDev),
    ...section('crons', diffCrons)(desired.crons, actual.crons),
    ...section('routes', entries('routes'))(desired.routes, actual.routes),
    ...section('customDomains', entries('customDomains'))(desired.customDomains, actual.customDomains),
    ...section('queueConsumers', declared('queueConsumers'))(desired.queueConsumers, actual.queueConsumers),
    ...section('workflows', entries('workflows'))(desired.workflows, actual.workflows),
  ];
  return { changes: [...changes, ...diffUnreadable(desired, actual, changes)], unknown };
}

/** Sections whose differences need an upload. */
export function isVersioned({ path }: Change): boolean {
  return /^(code|config|assets|exports|migrations|worker)$|^(bindings|runtime|secrets|exports)\b/.test(path);
}

function diffCode(
  desired: WorkerState,
  actual: WorkerState,
  unknown: { section: string; why: string }[],
): readonly Change[] {
  if (desired.codeDigest === actual.codeDigest) return [];
  if (actual.codeDigest !== null) return [change('code', desired.codeDigest, actual.codeDigest)];
  unknown.push({ section: 'code', why: 'the live version carries no digest of its code' });
  return [];
}

function diffBindings(desired: WorkerState, actual: WorkerState, options: DiffOptions): readonly Change[] {
  const kept = (type: unknown): boolean => options.keepVars && (type === 'plain_text' || type === 'json');
  const live = Object.fromEntries(
    Object.entries(actual.bindings).flatMap(([name, binding]) => {
      const wanted = Object.hasOwn(desired.bindings, name) ? desired.bindings[name] : undefined;
      if (wanted === undefined) return kept(binding.type) ? [] : [[name, binding]];
      // What is inherited is whatever is there, if it is of that kind.
      return [[name, wanted['inherited'] === true && wanted.type === binding.type ? wanted : binding]];
    }),
  );
  return diffEntries('bindings', desired.bindings, live);
}

/** Secrets beyond those declared are drift only where some are declared; undeclared ones are left alone. */
function diffSecrets(desired: WorkerState, actual: WorkerState, options: DiffOptions): readonly Change[] {
  const missing = desired.secrets.filter((name) => !actual.secrets.includes(name));
  const known = [...desired.secrets, ...(options.optionalSecrets ?? [])];
  const extra = known.length === 0 ? [] : actual.secrets.filter((name) => !known.includes(name));
  return [
    ...missing.map((name) => change(`secrets.${name}`, 'present', null)),
    ...extra.map((name) => change(`secrets.${name}`, null, 'present')),
  ];
}

function diffMigrations(desired: WorkerState, actual: WorkerState): readonly Change[] {
  if (desired.migrationTag === null || desired.migrationTag === actual.migrationTag) return [];
  return [change('migrations', desired.migrationTag, actual.migrationTag)];
}

function diffWorkersDev(
  wanted: { readonly enabled: boolean; readonly previews_enabled?: boolean },
  live: { readonly enabled: boolean; readonly previews_enabled?: boolean },
): readonly Change[] {
  const previews =
    wanted.previews_enabled === undefined
      ? []
      : diffWhole('workersDev.previews_enabled', wanted.previews_enabled, live.previews_enabled ?? false);
  return [...diffWhole('workersDev.enabled', wanted.enabled, live.enabled), ...previews];
}

function diffCrons(wanted: readonly string[], live: readonly string[]): readonly Change[] {
  return [
    ...wanted.filter((cron) => !live.includes(cron)).map((cron) => change(`crons[${cron}]`, cron, null)),
    ...live.filter((cron) => !wanted.includes(cron)).map((cron) => change(`crons[${cron}]`, null, cron)),
  ];
}

function entire(name: string): (wanted: Fields | null, live: Fields | null) => readonly Change[] {
  return (wanted, live) => diffWhole(name, wanted, live);
}

function entries(name: string): (wanted: Fields, live: Fields) => readonly Change[] {
  return (wanted, live) => diffEntries(name, wanted, live);
}

/** For queue consumers only settings that are written are compared: the rest has defaults that move. */
function declared(name: string): (wanted: Fields, live: Fields) => readonly Change[] {
  return (wanted, live) =>
    diffEntries(
      name,
      wanted,
      Object.fromEntries(
        Object.entries(live).map(([key, value]) => {
          const written = wanted[key];
          if (!isFields(written) || !isFields(value)) return [key, value];
          return [key, Object.fromEntries(Object.entries(value).filter(([field]) => field in written))];
        }),
      ),
    );
}

/** Records of objects: entries by name, then field by field. */
function diffEntries(prefix: string, desired: Fields, actual: Fields): readonly Change[] {
  const names = [...new Set([...Object.keys(desired), ...Object.keys(actual)])].toSorted();
  return names.flatMap((name) => {
    const wanted = own(desired, name);
    const live = own(actual, name);
    const path = /^[\w-]+$/.test(name) ? `${prefix}.${name}` : `${prefix}[${name}]`;
    const sameKind = isFields(wanted) && isFields(live) && wanted['type'] === live['type'];
    return sameKind ? diffFields(path, wanted, live) : diffWhole(path, wanted, live);
  });
}

function diffFields(prefix: string, desired: Fields, actual: Fields): readonly Change[] {
  const names = [...new Set([...Object.keys(desired), ...Object.keys(actual)])].toSorted();
  return names.flatMap((name) => diffWhole(`${prefix}.${name}`, own(desired, name), own(actual, name)));
}

function diffWhole(path: string, desired: unknown, actual: unknown): readonly Change[] {
  return stableJson(desired ?? null) === stableJson(actual ?? null) ? [] : [change(path, desired, actual)];
}

/** The uploaded configuration differs although nothing readable does: a field that the API never gives back. */
function diffUnreadable(
  desired: WorkerState,
  actual: WorkerState,
  changes: readonly Change[],
): readonly Change[] {
  const differs = actual.configDigest !== null && actual.configDigest !== desired.configDigest;
  return differs && !changes.some(isVersioned)
    ? [change('config', desired.configDigest, actual.configDigest)]
    : [];
}

function change(path: string, desired: unknown, actual: unknown): Change {
  const wanted = desired ?? null;
  const live = actual ?? null;
  const kind = live === null ? 'added' : wanted === null ? 'removed' : 'changed';
  return { path, kind, desired: wanted, actual: live, destructive: false };
}

/** Own properties only: a binding may be called `__proto__` or `constructor`. */
function own(record: Fields, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
