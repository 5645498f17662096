import type { Artifact } from '../../artifacts/artifact.ts';
import type { Finding } from '../../findings/finding.ts';
import type { LiveVersion } from '../../cloudflare/shapes.ts';
import { releaseOfArtifact } from '../../plan/artifact-release.ts';
import { createRelease, type Plan, type Release } from '../../plan/plan.ts';
import { preflightError } from '../../plan/preflight.ts';
import { sectionSteps } from '../../plan/plan-steps.ts';
import { uploadKind, uploadSteps } from '../../plan/plan-upload.ts';
import type { Step } from '../../plan/step.ts';
import { AT_ONCE } from '../../plan/traffic.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import type { Change } from '../../sections/change.ts';
import { diffStates, isVersioned } from '../../sections/diff.ts';
import type { LiveWorker } from '../../sections/live.ts';
import { askedChange, isOwned, reportChange, type ReportedChange } from '../../sections/meaning.ts';
import { SECTION_NAMES, SECTIONS, type SectionName } from '../../sections/registry.ts';
import type { SectionStep } from '../../sections/step.ts';
import { readWorker } from '../../sections/state.ts';
import type { TenantContext } from '../../session/tenant-context.ts';
import { GIVEN_UP } from '../traffic-plan.ts';
import type { Ancestor } from './ancestor.ts';
import { secretNames } from './facts.ts';
import { impossible } from './named-version.ts';
import type { Unversioned } from './settings-before.ts';
import { rollbackFindings } from './stays.ts';
import { todaysBindings } from './todays-bindings.ts';
import type { Way } from './way.ts';

/** What a plan of a rollback is made of. */
export interface Back {
  /** What is live; of its parts nothing is read yet. */
  readonly live: LiveWorker;
  /** The version with most of the traffic, as it was read. */
  readonly today: LiveVersion | null;
  readonly ancestor: Ancestor;
  readonly way: Way;
  readonly force: boolean;
  /** What is not versioned, as it shall be; null leaves it as it is. */
  readonly settings: Unversioned | null;
}

/**
 * Plans a rollback. Where the old version only gets the traffic, nothing is compared: its code and configuration are on
 * Cloudflare. Where its upload is sent again, or what is not versioned comes back too, what differs is read first.
 * @throws DeployError what would stop it half-way
 */
export async function planBack(context: TenantContext, back: Back): Promise<Plan> {
  const { way, settings } = back;
  const worker = settings === null ? context.worker : { ...context.worker, ...settings };
  if (way.kind === 'promote' && settings === null) {
    return finished(back, {
      release: createRelease(worker, null, null),
      live: back.live,
      changes: [],
      carried: [],
    });
  }
  const release =
    way.kind === 'upload' ? olderRelease(worker, way.artifact, back) : createRelease(worker, null, null);
  const { reader } = context.api;
  const live = await readWorker({
    reader,
    account: context.account,
    worker: release.worker,
    scope: 'declared',
  });
  const carried = SECTION_NAMES.filter((name) => carries(back, name));
  const { changes, unknown } = diffStates(release.desired, live.state, release.worker);
  const blind = unknown.find(({ section, error }) => error !== null && carried.includes(section))?.error;
  if (blind !== undefined && blind !== null) throw blind;
  refuseMigrated(back, live);
  const plan = finished(back, {
    release,
    live,
    carried,
    changes: changes.filter((change) => carried.includes(change.section) && isOwned(release.worker, change)),
  });
  await refuseProblems(context, plan);
  return plan;
}

/** Whether the plan brings that part about. */
function carries({ way, settings }: Back, name: SectionName): boolean {
  const { carrier } = SECTIONS[name];
  if (carrier === null) return false;
  return isVersioned(name) ? way.kind === 'upload' : settings !== null;
}

/** The older upload as it would be today: what is not versioned is not its business. */
function olderRelease(
  worker: ResolvedWorker,
  artifact: Artifact,
  { today, ancestor, settings }: Back,
): Release {
  const { config, migrationTag } = artifact;
  const had = ancestor.version === null ? [] : secretNames(ancestor.version);
  const isNamed = worker.build === null && Object.keys(worker.settings).length === 0;
  const { streaming_tail_consumers: streaming } = config.settings;
  return releaseOfArtifact(
    {
      ...worker,
      triggers: settings === null ? { workersDev: worker.triggers.workersDev } : worker.triggers,
      migrations: migrationTag === null ? worker.migrations : [{ tag: migrationTag }],
    },
    {
      ...artifact,
      config: {
        ...config,
        bindings: todaysBindings(config.bindings, today?.bindings ?? [], worker),
        secrets: { ...config.secrets, required: [...new Set([...config.secrets.required, ...had])] },
        // What is not versioned goes along with an upload that is live at once: as the files have it today.
        settings: isNamed
          ? config.settings
          : {
              ...worker.settings,
              ...(streaming === undefined ? {} : { streaming_tail_consumers: streaming }),
            },
      },
    },
  );
}

/** A namespace tells of migrations only when it is asked. */
function refuseMigrated({ ancestor, way }: Back, { state }: LiveWorker): void {
  if (way.kind !== 'upload' || !state.migrations.known) return;
  const { migrationTag } = way.artifact;
  if (state.migrations.value === migrationTag) return;
  throw impossible(
    ancestor.name,
    `Durable Object migration ${state.migrations.value ?? '(none)'} came after it (it has ${migrationTag ?? 'none'}), and migrations cannot be undone.`,
    'Fix forward: deploy a new version that works with the classes as they are now.',
  );
}

interface Compared {
  readonly release: Release;
  readonly live: LiveWorker;
  readonly changes: readonly Change[];
  readonly carried: readonly SectionName[];
}

function finished(back: Back, { release, live, changes, carried }: Compared): Plan {
  const { ancestor, way } = back;
  const { worker, bundle } = release;
  const steps = [
    ...versionSteps(back, { release, live, changes, carried }),
    ...settingsSteps(back, { release, live, changes, carried }),
  ];
  const report = (change: Change): ReportedChange => reportChange(change, { worker, live, takeOver: false });
  const moves = steps.some(({ kind }) => kind === 'promote');
  return {
    release,
    target: way.kind === 'promote' ? ancestor.versionId : null,
    sections: carried,
    live,
    changes: [...(moves ? [versionChange(back)] : []), ...changes.map(report)],
    left: [],
    ignored: [],
    unknown: [],
    steps,
    upload: way.kind === 'upload' ? uploadKind({ worker, bundle, live }) : 'none',
    beforeTraffic: { checked: false, why: way.kind === 'upload' ? 'a rollback does not wait' : null },
    traffic: AT_ONCE,
    goBackTo: live.deployment?.versions ?? null,
    findings: findingsOf(back),
    reversible: reversibility(back, live),
  };
}

function reversibility({ ancestor, way }: Back, { deployment }: LiveWorker): Plan['reversible'] {
  if (deployment === null) return { possible: false, why: 'There is no deployment to put back.' };
  // Out of a split back to one of its versions is giving up the other one, as `abort` does.
  const isSplit = deployment.versions.filter(({ percentage }) => percentage > 0).length > 1;
  const isPart = deployment.versions.some(({ versionId }) => versionId === ancestor.versionId);
  return way.kind === 'promote' && isSplit && isPart
    ? { possible: false, why: GIVEN_UP }
    : { possible: true, why: null };
}

function findingsOf({ ancestor, today, way, force, settings }: Back): readonly Finding[] {
  const versions = [ancestor.version, today].filter((version) => version !== null);
  return rollbackFindings({
    way,
    force,
    withSettings: settings !== null,
    hasSecrets: versions.some((version) => secretNames(version).length > 0),
    bindings: [
      ...versions.flatMap(({ bindings }) => bindings),
      ...(way.kind === 'upload' ? way.artifact.config.bindings : []),
    ],
  });
}

function versionSteps(
  { ancestor, way, force, live: seen }: Back,
  { release, live, changes }: Compared,
): readonly Step[] {
  if (way.kind === 'promote') {
    const { versionId } = ancestor;
    const shares = seen.deployment?.versions ?? [];
    const isLive = shares.length === 1 && shares[0]?.versionId === versionId;
    return isLive ? [] : [{ kind: 'promote', versionId, force }];
  }
  const { worker, bundle, assets } = release;
  return uploadSteps({
    worker,
    bundle,
    assetFiles: assets?.entries.length ?? 0,
    live,
    changes,
    force: true,
    notYet: [],
    verifyBefore: 'never',
    strategy: 'at-once',
    url: null,
  });
}

function settingsSteps(
  { settings }: Back,
  { release, live, changes, carried }: Compared,
): readonly SectionStep[] {
  if (settings === null) return [];
  const own = changes.filter(({ section }) => carried.includes(section) && !isVersioned(section));
  return sectionSteps({ worker: release.worker, live, changes: own, ignored: [], takeOver: false });
}

function versionChange({ ancestor, live, way }: Back): ReportedChange {
  return askedChange({
    section: 'version',
    key: null,
    field: null,
    desired: way.kind === 'promote' ? ancestor.name : `the code of ${ancestor.name}, uploaded again`,
    actual: live.version?.id ?? null,
  });
}

/** What the sections would find in the way of their own steps. */
async function refuseProblems(context: TenantContext, plan: Plan): Promise<void> {
  const { release, live, steps, sections } = plan;
  const own = steps.filter((step): step is SectionStep =>
    SECTION_NAMES.some((name) => SECTIONS[name].carrier === step.kind),
  );
  if (own.length === 0) return;
  const options = {
    worker: release.worker,
    live,
    steps: own,
    uploads: false,
    reader: context.api.reader,
    account: context.account,
    hasSecret: () => true,
    takeOver: false,
  };
  const unversioned = (sections ?? SECTION_NAMES).filter((name) => !isVersioned(name));
  const asked = await Promise.all(unversioned.map((name) => SECTIONS[name].preflight?.(options) ?? []));
  const error = preflightError(release.worker.tenant, asked.flat());
  if (error !== null) throw error;
}
