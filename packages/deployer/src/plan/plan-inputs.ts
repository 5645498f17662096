import type { Bundle } from '../bundle/bundle.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { Actual } from '../state/absent.ts';
import type { Change } from '../state/worker-state.ts';

/** What decides the steps. */
export interface StepInputs {
  readonly worker: ResolvedWorker;
  readonly bundle: Bundle | null;
  readonly assetFiles: number;
  readonly actual: Actual;
  readonly changes: readonly Change[];
  /** Upload although nothing changed. */
  readonly force: boolean;
  readonly takeOver: boolean;
}

/**
 * Whether a deploy may set a script-level setting. What the files do not mention belongs to the dashboard, except
 * observability and our own tags, which wrangler sets on every deploy too.
 */
export function ownsSetting({ settings }: ResolvedWorker, field: string): boolean {
  if (field === 'observability' || field === 'tags') return true;
  return (settings as Readonly<Record<string, unknown>>)[field] !== undefined;
}

/** Whether a deploy would do something about a difference; the others are left to whoever made them. */
export function isActedOn(worker: ResolvedWorker, { path, kind }: Change): boolean {
  const [section, field = ''] = path.split('.');
  if (section === 'settings') return ownsSetting(worker, field);
  return !(section === 'secrets' && kind === 'removed');
}

/** Whether anything of a section differs. */
export function touches(changes: readonly Change[], section: string): boolean {
  return changes.some(({ path }) => isOf(path, section));
}

/** Whether a path is a section's, or below it. */
export function isOf(path: string, section: string): boolean {
  return path === section || path.startsWith(`${section}.`) || path.startsWith(`${section}[`);
}
