import type {
  DurableObjectNamespaceDocument,
  ScriptDocument,
  VersionDocument,
} from '../../store/model/scripts.ts';
import { bindingPart, bindingTargets } from '../bindings/registry.ts';
import type { BindingContext } from '../bindings/binding-runtime.ts';
import type { RuntimeView } from '../contract.ts';
import { liveVersions, primaryVersion, versionOf } from '../routing/live-versions.ts';
import { planSplit } from './plan-splits.ts';
import type { SplitPlan } from './plan-splits.ts';
import { answeringName, refKey, workerName } from './worker-name.ts';
import type { ScriptRef } from './worker-name.ts';
import { mergeParts } from './worker-part.ts';
import type { DurableObjectPart, WorkerPart } from './worker-part.ts';

/** A script to keep awake, with versions outside its deployment that preview URLs asked for. */
export interface AwakeScript extends ScriptRef {
  previews: readonly string[];
}

/** Data that must be reachable whether or not a Worker binds it. */
export interface DataNeeds {
  kv: readonly string[];
  d1: readonly string[];
  r2: readonly string[];
}

/** No data but what Workers bind. */
export const NO_DATA: DataNeeds = { kv: [], d1: [], r2: [] };

/** One version of a script, as it will run. */
export interface WorkerPlan {
  /** Name in workerd. */
  name: string;
  scriptName: string;
  dispatchNamespace: string | null;
  version: VersionDocument;
  part: WorkerPart;
  /** Durable Object classes that live in this version. */
  objects: DurableObjectPart[];
  /** Names of the Workers that get its tail events. */
  tails: string[];
  /** Why this version cannot be started: it runs as a Worker that throws this. */
  failure?: string;
}

/** What one workerd process is to run. Plain data: plans of one signature need no restart. */
export interface InstancePlan {
  accountId: string;
  workers: WorkerPlan[];
  splits: SplitPlan[];
  data: DataNeeds;
}

/** Text that is equal for equal plans. A version never changes, so its id stands for it. */
function planSignature(plan: InstancePlan): string {
  return JSON.stringify(plan, (key, value: unknown) =>
    key === 'version' ? (value as VersionDocument).id : value,
  );
}

/** Whether a plan has all of another one, just as it is there. Both are of one account. */
export function holds(plan: InstancePlan, part: InstancePlan): boolean {
  const there = formsOf(plan);
  return [...formsOf(part)].every((form) => there.has(form));
}

/** Text for each thing a plan has. Kept, as a process is asked for its own many times. */
function formsOf(plan: InstancePlan): ReadonlySet<string> {
  const known = FORMS.get(plan);
  if (known !== undefined) return known;
  const { accountId, workers, splits, data } = plan;
  const bare = { accountId, workers: [], splits: [], data: NO_DATA };
  const forms = new Set([
    ...workers.map((worker) => planSignature({ ...bare, workers: [worker] })),
    ...splits.map((split) => JSON.stringify(split)),
    ...Object.entries(data).flatMap(([kind, ids]) => ids.map((id: string) => `${kind}:${id}`)),
  ]);
  FORMS.set(plan, forms);
  return forms;
}

const FORMS = new WeakMap<InstancePlan, ReadonlySet<string>>();

/** Plans a process for the scripts to keep awake and everything they are bound to. Pure. */
export function planInstance(
  view: RuntimeView,
  accountId: string,
  awake: readonly AwakeScript[],
  data: DataNeeds,
): InstancePlan {
  const scripts = closure(view, accountId, awake);
  const previews = new Map(awake.map((script) => [refKey(script), script.previews]));
  const workers = [...scripts.values()].flatMap((script) =>
    versionsToRun(script, previews.get(refKey(script)) ?? []).map((version) =>
      planWorker({ view, accountId, script, version, scripts }),
    ),
  );
  const bound = new Set(
    workers.flatMap(({ part }) => Object.values(part.serviceBindings ?? {}).map(({ name }) => name)),
  );
  const splits = [...scripts.values()].flatMap((script) => planSplit(script) ?? []);
  return {
    accountId,
    workers,
    splits: splits.filter(({ name }) => bound.has(name)),
    data: withBound(data, workers),
  };
}

/** Data that Workers bind is open anyway, so the API may use it without a restart. */
function withBound(data: DataNeeds, workers: readonly WorkerPlan[]): DataNeeds {
  const all = (kept: readonly string[], section: 'kvNamespaces' | 'd1Databases' | 'r2Buckets'): string[] =>
    [...new Set([...kept, ...workers.flatMap(({ part }) => Object.values(part[section] ?? {}))])].toSorted();
  return { kv: all(data.kv, 'kvNamespaces'), d1: all(data.d1, 'd1Databases'), r2: all(data.r2, 'r2Buckets') };
}

/** Those with traffic, those that somebody asks for by their URLs, and the newest: it will have traffic next. */
function versionsToRun(script: ScriptDocument, previews: readonly string[]): VersionDocument[] {
  const live = liveVersions(script).map(({ version }) => version);
  const shown = previews.flatMap((id) => versionOf(script, id) ?? []);
  const newest = live.length === 0 ? [] : script.versions.slice(-1);
  return [...new Set([...live, ...shown, ...newest])];
}

/** The awake scripts and all they reach over bindings and tails, by key. */
function closure(
  view: RuntimeView,
  accountId: string,
  awake: readonly AwakeScript[],
): Map<string, ScriptDocument> {
  const found = new Map<string, ScriptDocument>();
  const previews = new Map(awake.map((script) => [refKey(script), script.previews]));
  const open: ScriptRef[] = [...awake];
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    const script = view.script(accountId, ref.name, ref.dispatchNamespace ?? undefined);
    if (script === undefined || found.has(refKey(ref))) continue;
    found.set(refKey(ref), script);
    for (const version of versionsToRun(script, previews.get(refKey(ref)) ?? [])) {
      for (const binding of version.bindings) open.push(...bindingTargets(binding, { script }));
    }
    open.push(...tailRefs(script));
  }
  return found;
}

interface WorkerQuestion {
  view: RuntimeView;
  accountId: string;
  script: ScriptDocument;
  version: VersionDocument;
  scripts: ReadonlyMap<string, ScriptDocument>;
}

function planWorker({ view, accountId, script, version, scripts }: WorkerQuestion): WorkerPlan {
  const context: BindingContext = {
    view,
    accountId,
    script,
    version,
    workerFor: (ref, entrypoint) => answering(scripts, ref, entrypoint),
    codeFor: (ref) => primaryName(scripts, ref),
    durableObject: (ref, wanted) => {
      const owner = scripts.get(refKey(ref));
      const namespace = owner?.durableObjectNamespaces.find(
        ({ id, className }) => id === wanted.namespaceId || className === wanted.className,
      );
      return owner === undefined || namespace === undefined ? null : objectPart(owner, namespace);
    },
  };
  const name = workerName(script, version.id);
  return {
    name,
    scriptName: script.name,
    dispatchNamespace: script.dispatchNamespace,
    version,
    part: mergeParts(version.bindings.map((binding) => bindingPart(binding, context))),
    objects: script.durableObjectNamespaces.flatMap((namespace) => {
      const part = objectPart(script, namespace);
      return part?.scriptName === name ? [part] : [];
    }),
    tails: tailRefs(script).flatMap((ref) => primaryName(scripts, ref) ?? []),
  };
}

function primaryName(scripts: ReadonlyMap<string, ScriptDocument>, ref: ScriptRef): string | null {
  const script = scripts.get(refKey(ref));
  const version = script && primaryVersion(script);
  return script === undefined || version === undefined ? null : workerName(script, version.id);
}

function answering(
  scripts: ReadonlyMap<string, ScriptDocument>,
  ref: ScriptRef,
  entrypoint: string | undefined,
): string | null {
  const script = scripts.get(refKey(ref));
  const version = script && primaryVersion(script);
  if (script === undefined || version === undefined) return null;
  const one = entrypoint === undefined ? answeringName(script, version) : workerName(script, version.id);
  return planSplit(script)?.name ?? one;
}

/**
 * Objects of one namespace live in one version, as only one process-wide place may hold their storage: in the primary
 * version if it exports the class, else in the newest live one that does.
 */
function objectPart(
  script: ScriptDocument,
  { id, className, sqlite }: DurableObjectNamespaceDocument,
): DurableObjectPart | null {
  const primary = primaryVersion(script);
  const candidates = [
    ...(primary === undefined ? [] : [primary]),
    ...liveVersions(script).map(({ version }) => version),
  ];
  const home = candidates.find(({ shape }) => shape.namedHandlers.some(({ name }) => name === className));
  if (home === undefined) return null;
  return { className, scriptName: workerName(script, home.id), useSQLite: sqlite, unsafeUniqueKey: id };
}

function tailRefs(script: ScriptDocument): ScriptRef[] {
  return script.settings.tailConsumers.map(({ service, namespace }) => ({
    name: service,
    dispatchNamespace: namespace ?? null,
  }));
}
