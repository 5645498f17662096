import { isOwnTag } from '../state/canonical.ts';
import { wantedTags } from '../state/desired.ts';
import { ownsSetting, touches, type StepInputs } from './plan-inputs.ts';
import type { Step } from './step.ts';

/** Sets script-level settings that differ; a new Worker gets them with the upload. */
export function settingsSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  if (!actual.state.exists || worker.dispatchNamespace !== null) return [];
  const fields = [
    ...new Set(
      changes.flatMap(({ path }) => {
        const [section, field] = path.split('.');
        return section === 'settings' && field !== undefined && ownsSetting(worker, field) ? [field] : [];
      }),
    ),
  ];
  if (fields.length === 0) return [];
  const wanted: Readonly<Record<string, unknown>> = {
    logpush: worker.settings.logpush ?? false,
    observability: worker.settings.observability ?? { enabled: false },
    tail_consumers: worker.settings.tail_consumers ?? [],
    tags: [...actual.tags.filter((tag) => !isOwnTag(tag)), ...wantedTags(worker)],
  };
  const before: Readonly<Record<string, unknown>> = { ...actual.state.settings, tags: actual.tags };
  const pick = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(fields.map((field) => [field, values[field] ?? null]));
  return [{ kind: 'script-settings', before: pick(before), after: pick(wanted) }];
}

/** Switches workers.dev and version URLs. */
export function subdomainSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  if (worker.dispatchNamespace !== null) return [];
  const { workersDev, previewUrls } = worker.triggers;
  const after = {
    enabled: workersDev,
    ...(previewUrls === undefined ? {} : { previews_enabled: previewUrls }),
  };
  const live = actual.state.workersDev;
  // A new Worker starts with both switched off.
  const before = live.known ? live.value : { enabled: false };
  const differs = actual.state.exists ? touches(changes, 'workersDev') : workersDev || previewUrls === true;
  return differs ? [{ kind: 'subdomain', before, after }] : [];
}
