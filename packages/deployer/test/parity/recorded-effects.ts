import type { RecordedCall } from './parity-case.ts';

/**
 * What a deploy does beside the upload: settings, workers.dev, routes and so on, each under one name, whichever calls it
 * took.
 */
export type Effects = Readonly<Record<string, unknown>>;

/** The recorded calls as effects. Which of several equivalent calls was made is left out; what they set is kept. */
export function recordedEffects(calls: readonly RecordedCall[]): Effects {
  const effects: Record<string, unknown> = {};
  for (const call of calls) add(effects, call);
  return effects;
}

function add(effects: Record<string, unknown>, { path, body }: RecordedCall): void {
  const last = path.split('/').at(-1) ?? '';
  if (path.endsWith('/script-settings')) {
    const { tags, ...settings } = body as { readonly tags?: readonly string[] };
    if (Object.keys(settings).length > 0) effects['settings'] = settings;
    if (tags !== undefined && tags.length > 0) effects['tags'] = tags.toSorted();
  } else if (path.endsWith('/subdomain')) effects['subdomain'] = body;
  else if (/\/scripts\/[^/]+\/routes$/.test(path)) effects['routes'] = body;
  else if (path.endsWith('/domains/changeset')) effects['domains'] = body;
  else if (path.endsWith('/schedules')) effects['schedules'] = body;
  else if (/\/queues\/[^/]+\/consumers/.test(path)) {
    effects['consumers'] = [...((effects['consumers'] ?? []) as unknown[]), body];
  } else if (/\/workflows\/[^/]+$/.test(path)) {
    effects['workflows'] = { ...(effects['workflows'] as object | undefined), [last]: body };
  } else if (path.endsWith('/deployments')) {
    effects['codeUpdateStrategy'] = (
      body as { readonly code_update_strategy?: unknown }
    ).code_update_strategy;
  } else if (path.endsWith('/assets-upload-session')) effects['assets'] = body;
  else if (path.includes('/email/')) effects['email'] = body;
}
