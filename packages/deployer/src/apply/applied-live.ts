import type { Deployment } from '../cloudflare/shapes.ts';
import type { Plan } from '../plan/plan.ts';
import type { StepKind } from '../plan/step.ts';
import { isVersioned } from '../sections/diff.ts';
import type { LiveWorker } from '../sections/live.ts';
import { SECTION_NAMES, type SectionName, type WorkerState } from '../sections/registry.ts';
import { known, unasked } from '../sections/section.ts';
import { absentState } from '../sections/state.ts';

/** Steps that change what lists of the account show. */
const IN_LISTS: ReadonlySet<StepKind> = new Set(['routes', 'custom-domains', 'queue-consumers', 'workflows']);

/**
 * The Worker as a successful run of the plan left it, for the next one to compare with: what the steps carried is as the
 * files want it, the rest is as it was read. A part of which a difference was left to others is not known; null where even that
 * cannot be said. Pure.
 *
 * @param deployment the active one, read after the run
 * @param annotations of the version that was uploaded; null when none was
 */
export function appliedLive(
  plan: Plan,
  deployment: Deployment,
  annotations: Readonly<Record<string, string>> | null,
): LiveWorker | null {
  const { live, release, upload } = plan;
  const [share] = deployment.versions;
  if (plan.target !== null || share === undefined || deployment.versions.length > 1) return null;
  // What the account's lists say of it has to be read first.
  if (plan.steps.some(({ kind }) => IN_LISTS.has(kind))) return null;
  const before = live.exists ? live.state : absentState(release.desired);
  const readings = SECTION_NAMES.map((name) => [name, appliedReading(plan, name, before)] as const);
  return {
    basis: 'applied',
    exists: true,
    state: Object.fromEntries(readings) as WorkerState,
    deployments: [deployment],
    deployment,
    version:
      upload === 'none' || annotations === null
        ? live.version
        : {
            id: share.versionId,
            annotations,
            author: deployment.author,
            source: deployment.source,
            createdOn: deployment.createdOn,
          },
    upload: null,
    scriptAnnotations: {},
    undeployed: null,
    tags: live.exists ? live.tags : [],
    triggers: live.triggers,
  };
}

function appliedReading(
  { release: { desired }, changes, left, ignored, upload }: Plan,
  name: SectionName,
  before: WorkerState,
): WorkerState[SectionName] {
  if (name === 'secrets') return allSecrets(desired.secrets, before.secrets);
  // An upload replaces everything versioned, also what a rule leaves to others.
  if (upload !== 'none' && (isVersioned(name) || name === 'version')) return desired[name];
  if (!changes.some(({ section }) => section === name)) return before[name];
  const others =
    left.some(({ section }) => section === name) ||
    ignored.some(({ path }) => path.split(/[.[]/, 1)[0] === name);
  return others ? unasked('a part of it was left to others') : desired[name];
}

/** An upload keeps every secret there is, and brings those that were missing. */
function allSecrets(wanted: WorkerState['secrets'], before: WorkerState['secrets']): WorkerState['secrets'] {
  if (!wanted.known || !before.known) return before;
  return known([...new Set([...before.value, ...wanted.value])].toSorted());
}
