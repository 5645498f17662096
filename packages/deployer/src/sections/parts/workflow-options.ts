import type { Deployment } from '../../cloudflare/shapes.ts';
import { compareWhole } from '../compare.ts';
import { readMarker, wasUploaded } from '../marker.ts';
import { defineSection, known, unasked, unknown } from '../section.ts';
import { IN_A_NAMESPACE } from './workers-dev.ts';
import { workflowOptionsDigest, workflowSteps } from './workflows.ts';

/**
 * Limits, schedules, concurrency and retention of the workflows: no answer gives them back, so a digest of what was set
 * travels in the marker of the deployment (not of the version: a rollback does not take them along).
 */
export const workflowOptions = defineSection<string | null>({
  carrier: 'workflows',
  declared: ({ triggers }) => triggers.workflows !== undefined,
  desired: ({ worker }) => workflowOptionsDigest(worker.triggers.workflows),
  absent: null,
  async read(live) {
    const { worker } = live;
    if (worker.dispatchNamespace !== null) return unasked(IN_A_NAMESPACE);
    const set = notedOptions(await live.deployments());
    if (set !== null) return known(set === NONE ? null : set);
    if (workflowOptionsDigest(worker.triggers.workflows) === null) return known(null);
    return unknown('the live deployment carries no digest of them, and the API does not give them back');
  },
  compare: compareWhole,
  owns: ({ triggers }) => triggers.workflows !== undefined,
  steps: ({ worker, live, changes }) =>
    changes.length === 0 ? [] : workflowSteps(worker.triggers.workflows ?? [], live.triggers.workflows),
});

/** What a marker says where no workflow has options. */
const NONE = 'none';

/**
 * What the newest deployment that notes anything says was set, as markers carry it; null when none does. A secret or a
 * variable changed in the dashboard, or going back there, makes a deployment without a note and leaves the options as they
 * are; another tool that uploads may have set others.
 * @param deployments newest first
 */
export function notedOptions(deployments: readonly Pick<Deployment, 'annotations'>[]): string | null {
  for (const { annotations } of deployments) {
    const noted = readMarker(annotations)?.triggers;
    if (noted !== undefined) return noted;
    if (readMarker(annotations) === null && wasUploaded(annotations)) return null;
  }
  return null;
}

/** The digest as markers carry it. */
export function markedOptions(digest: string | null): string {
  return digest ?? NONE;
}
