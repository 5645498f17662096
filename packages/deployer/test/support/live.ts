import type { Deployment, LiveVersion } from '../../src/cloudflare/shapes.ts';
import type { ResolvedWorker } from '../../src/resolve/resolved-worker.ts';
import type { LiveWorker } from '../../src/sections/live.ts';
import type { SectionValues } from '../../src/sections/registry.ts';
import { known } from '../../src/sections/section.ts';
import { absentState, desiredState, unreadWorker } from '../../src/sections/state.ts';
import { makeBundle } from './worker.ts';

/** A version without a marker, a secret or a binding; `fields` replace. */
export function makeVersion(fields: Partial<LiveVersion> = {}): LiveVersion {
  return {
    id: 'v1',
    number: 1,
    createdOn: '2026-02-01T00:00:00Z',
    source: 'api',
    author: 'ann@example.com',
    hasPreview: true,
    annotations: {},
    bindings: [],
    etag: 'etag-1',
    compatibilityDate: '2026-02-01',
    compatibilityFlags: [],
    limits: null,
    migrationTag: null,
    exports: null,
    placement: undefined,
    cacheOptions: undefined,
    ...fields,
  };
}

/** A deployment that gives all traffic to version `v1`; `fields` replace. */
export function makeDeployment(fields: Partial<Deployment> = {}): Deployment {
  return {
    id: 'd1',
    createdOn: '2026-02-01T00:00:00Z',
    source: 'api',
    author: 'ann@example.com',
    annotations: {},
    versions: [{ versionId: 'v1', percentage: 100 }],
    ...fields,
  };
}

/** The message with which a run marks what it made. */
export function markedBy(run: string): Readonly<Record<string, string>> {
  return { 'workers/message': `[cf-deploy run=${run}]` };
}

/** A live Worker that is just as its files want it, but for `parts` of its state and for `fields`. */
export function makeLive(
  worker: ResolvedWorker,
  parts: Partial<SectionValues> = {},
  fields: Partial<LiveWorker> = {},
): LiveWorker {
  const deployment = makeDeployment();
  return {
    ...unreadWorker('not read'),
    exists: true,
    state: {
      ...desiredState({ worker, bundle: makeBundle(), assets: null }),
      ...Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, known(value)])),
    },
    deployments: [deployment],
    deployment,
    version: makeVersion(),
    ...fields,
  };
}

/** A Worker that does not exist. */
export function makeAbsent(fields: Partial<LiveWorker> = {}): LiveWorker {
  const nothing = unreadWorker('the Worker does not exist');
  return { ...nothing, exists: false, state: absentState(nothing.state), ...fields };
}
