import type { Finding } from '../findings/finding.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { changePath } from '../sections/change.ts';
import type { Filtered } from '../sections/ignore.ts';
import type { LiveWorker } from '../sections/live.ts';
import { isUnknownTag } from '../sections/parts/pending-migrations.ts';
import { migrationTag } from './plan-upload.ts';
import { sharesOf } from './preflight/split.ts';
import type { PlannedTraffic } from './traffic.ts';

/** What the reader of a plan should know, though it stops nothing. */
export function planFindings(options: {
  readonly worker: ResolvedWorker;
  readonly live: LiveWorker;
  readonly traffic: PlannedTraffic;
  /** Ignored differences that the upload overwrites. */
  readonly ignored: Filtered['ignored'];
}): readonly Finding[] {
  const { worker, live, traffic, ignored } = options;
  return [
    ...unknownTag(worker, live),
    ...splitTraffic(live),
    ...undeployed(live),
    ...secretsOfNewest(live),
    ...notGradual(traffic),
    ...ignored.map(({ change, rule }): Finding => ({
      severity: 'warning',
      code: 'ignored-overwritten',
      path: changePath(change),
      message: `drift.ignore leaves ${changePath(change)} to others (${rule}), but the upload replaces everything versioned, so it becomes what the files say.`,
      hint: 'Take the live value over into the file, or remove the rule.',
    })),
  ];
}

function unknownTag(worker: ResolvedWorker, live: LiveWorker): readonly Finding[] {
  const tag = migrationTag(live);
  if (!isUnknownTag(worker.migrations, tag)) return [];
  return [
    {
      severity: 'warning',
      code: 'unknown-migration-tag',
      path: 'migrations',
      message: `The live Worker is at migration ${JSON.stringify(tag)}, which the wrangler file does not list; all its migrations will be sent.`,
      hint: 'Add the missing migration to the file unless you know that they apply on top.',
    },
  ];
}

function splitTraffic({ deployment }: LiveWorker): readonly Finding[] {
  if (sharesOf({ deployment }).length === 0) return [];
  return [
    {
      severity: 'info',
      code: 'split-traffic',
      path: '',
      message: 'Traffic is split over two versions; the plan compares with the one that has more.',
    },
  ];
}

function notGradual({ possible, why }: PlannedTraffic): readonly Finding[] {
  if (!possible || why === null) return [];
  const message = `The new version gets all traffic at once: ${why}.`;
  return [{ severity: 'info', code: 'not-gradual', path: 'traffic.strategy', message }];
}

function undeployed({ undeployed: newest }: LiveWorker): readonly Finding[] {
  if (newest === null) return [];
  return [
    {
      severity: 'info',
      code: 'undeployed-version',
      path: '',
      message: `Version ${newest.id} was uploaded${newest.author === null ? '' : ` by ${newest.author}`} and has no traffic; a deploy leaves it so.`,
    },
  ];
}

/**
 * An upload takes secrets over from the newest version, live or not. Where that is not the live one, their values may be
 * others, and no read tells. Source: bindings of type `inherit`, of which an upload can name no version.
 */
function secretsOfNewest({
  undeployed: newest,
  deployment,
  state: { secrets },
}: LiveWorker): readonly Finding[] {
  const isShared = (deployment?.versions.length ?? 0) > 1;
  const where = newest !== null ? `version ${newest.id}` : isShared ? 'the newer of the two versions' : null;
  if (where === null || !secrets.known || secrets.value.length === 0) return [];
  return [
    {
      severity: 'info',
      code: 'secrets-of-newest',
      path: 'secrets',
      message: `An upload takes values of secrets over from ${where}, which may have others than the live one.`,
    },
  ];
}
