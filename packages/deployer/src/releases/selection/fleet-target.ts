import type { Finding } from '../../findings/finding.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import { digestOf } from '../../sections/marker.ts';
import { type NeededScript, neededScripts, scriptKey } from './worker-order.ts';
import { compact } from '../../json.ts';
import type { Place } from './selection.ts';

/** One Worker of one tenant, as a release knows it. */
export interface FleetTarget {
  /** Names it: `<tenant>`, or `<tenant>/<worker>` for one of several Workers. */
  readonly target: string;
  readonly tenant: string;
  /** Name of one of several Workers; null: the only one. */
  readonly worker: string | null;
}

/** What choosing and ordering look at; little enough to hold ten thousand. */
export interface FleetMember extends FleetTarget {
  /** Null when the target's files have errors. */
  readonly facts: MemberFacts | null;
  /** Errors in its files. */
  readonly errors: readonly Finding[];
}

/** The facts of a target that could be resolved. */
export interface MemberFacts {
  readonly labels: Readonly<Record<string, string>>;
  /** Equal for targets that differ in nothing a canary could show. */
  readonly shape: string;
  /** `<account> <script>`, `<account> <namespace>/<script>` in a dispatch namespace. */
  readonly script: string;
  /** Others can bind it; nobody can what is in a dispatch namespace. */
  readonly isBound: boolean;
  /** Scripts of the same account that must exist before it, in the same form. */
  readonly needs: readonly NeededScript[];
}

/** The name of a target. */
export function targetName(tenant: string, worker: string | null): string {
  return worker === null ? tenant : `${tenant}/${worker}`;
}

/** The facts about one resolved target. */
export function memberFacts(worker: ResolvedWorker): MemberFacts {
  const { dispatchNamespace, scriptName } = worker;
  return {
    labels: worker.labels,
    shape: shapeOf(worker),
    script: scriptKey(worker, dispatchNamespace === null ? scriptName : `${dispatchNamespace}/${scriptName}`),
    isBound: worker.dispatchNamespace === null,
    needs: neededScripts(worker).map((need) => ({ ...need, script: scriptKey(worker, need.script) })),
  };
}

/** What kinds of things a target has, without the values that differ between tenants on purpose. */
function shapeOf({ bindings, triggers, settings, runtime, ...worker }: ResolvedWorker): string {
  return digestOf({
    worker: worker.worker,
    bindings: bindings.map(({ type, name }) => `${type} ${name}`).toSorted(),
    secrets: worker.secrets.required.toSorted(),
    compatibility: [worker.compatibilityDate, worker.compatibilityFlags.toSorted().join(' ')],
    triggers: Object.entries(triggers)
      .filter(([, value]) => value !== undefined && value !== false)
      .map(([name]) => name)
      .toSorted(),
    settings: Object.keys(settings).toSorted(),
    runtime: Object.keys(runtime).toSorted(),
    migrations: worker.migrations.length,
    exports: worker.exports === null ? null : Object.keys(worker.exports).toSorted(),
    assets: Boolean(worker.assets),
    code: Boolean(worker.build),
    health: Boolean(worker.health),
    dispatched: Boolean(worker.dispatchNamespace),
  });
}

/** One target as the commands for one take it. */
export interface CommandTarget extends Place {
  readonly tenant: string;
  readonly worker?: string;
}

/** A target of a release as the commands for one take it. */
export function commandTarget(
  { tenant, worker }: FleetTarget,
  { env, dispatchNamespace }: Place,
): CommandTarget {
  return { tenant, ...compact({ env, dispatchNamespace, worker: worker ?? undefined }) };
}
