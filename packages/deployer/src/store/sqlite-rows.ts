import { z } from 'zod';
import { madeLate } from '../made-late.ts';
import { BEFORE_TRAFFIC, STRATEGIES } from '../shapes/traffic-schema.ts';
import type { Release, ReleaseTarget, SeenTarget } from './release.ts';

const error = madeLate(() => z.object({ code: z.string(), message: z.string() }));

const rollout = madeLate(() =>
  z.object({
    parallel: z.number(),
    failureBudget: z.union([z.number(), z.string()]),
    onFailure: z.enum(['stop', 'rollback-wave', 'rollback-release']),
    metrics: z.enum(['required', 'off']).default('off'),
    waves: z.array(z.object({ name: z.string(), bakeMs: z.number(), gate: z.enum(['auto', 'manual']) })),
    deploy: z.object({
      force: z.boolean(),
      verify: z.boolean(),
      takeOver: z.boolean(),
      // Releases that were kept before there were these.
      takeOverSplit: z.boolean().default(false),
      strategy: z.enum(STRATEGIES).nullable().default(null),
      verifyBefore: z.enum(BEFORE_TRAFFIC).nullable().default(null),
      tag: z.string().nullable(),
      full: z.boolean(),
      dispatchNamespace: z.string().nullable().default(null),
    }),
  }),
);

const releaseRow = madeLate(() =>
  z.object({
    id: z.string(),
    kind: z.enum(['deploy', 'rollback']),
    environment: z.string().nullable(),
    status: z.enum(['running', 'paused', 'failed', 'done', 'aborted', 'taken-back']),
    why: z.string().nullable(),
    created_at: z.number(),
    finished_at: z.number().nullable(),
    started_by: z.string().nullable(),
    commit_sha: z.string().nullable(),
    message: z.string().nullable(),
    root: z.string(),
    of_release: z.string().nullable(),
    runner: z.string().nullable(),
    rollout: z.string(),
  }),
);

const targetRow = madeLate(() =>
  z.object({
    target: z.string(),
    tenant: z.string(),
    worker: z.string().nullable(),
    wave: z.number(),
    state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped', 'taken-back']),
    runner: z.string().nullable(),
    started_at: z.number().nullable(),
    finished_at: z.number().nullable(),
    end_state: z.enum(['untouched', 'uploaded', 'live-partly', 'live', 'rolled-back', 'unknown']).nullable(),
    previous_version_id: z.string().nullable(),
    version_id: z.string().nullable(),
    record: z.string().nullable(),
    error: z.string().nullable(),
  }),
);

export const columnRows = madeLate(() => z.array(z.object({ name: z.string() })));

export const versionRow = madeLate(() => z.object({ user_version: z.number() }));

export const freezeRow = madeLate(() =>
  z.object({
    environment: z.string(),
    until: z.number(),
    why: z.string(),
    started_by: z.string().nullable(),
  }),
);

/** A release as its row has it. What another version or a hand wrote is checked like any input. */
export function toRelease(row: unknown): Release {
  const { created_at, finished_at, started_by, commit_sha, of_release, ...rest } = releaseRow().parse(row);
  return {
    ...rest,
    createdAt: created_at,
    finishedAt: finished_at,
    by: started_by,
    commit: commit_sha,
    of: of_release,
    rollout: rollout().parse(JSON.parse(rest.rollout)),
  };
}

/** A target as its row has it. */
export function toTarget(row: unknown): ReleaseTarget {
  const found = targetRow().parse(row);
  return {
    target: found.target,
    tenant: found.tenant,
    worker: found.worker,
    wave: found.wave,
    state: found.state,
    runner: found.runner,
    startedAt: found.started_at,
    finishedAt: found.finished_at,
    endState: found.end_state,
    previousVersionId: found.previous_version_id,
    versionId: found.version_id,
    record: found.record,
    error: found.error === null ? null : error().parse(JSON.parse(found.error)),
  };
}

const seenRow = madeLate(() =>
  z.object({
    account_id: z.string(),
    script_name: z.string(),
    wanted: z.string().nullable(),
    deployed_on: z.number(),
    row: z.string().nullable(),
    lists: z.string(),
    version_id: z.string().nullable(),
  }),
);

/** What is remembered of a target, as its row has it. */
export function toSeen(row: unknown): SeenTarget {
  const found = seenRow().parse(row);
  return {
    accountId: found.account_id,
    scriptName: found.script_name,
    wanted: found.wanted,
    deployedOn: found.deployed_on,
    row: found.row,
    lists: found.lists,
    versionId: found.version_id,
  };
}

export const liveRow = madeLate(() => z.object({ live: z.string() }));

export const markRow = madeLate(() =>
  z.object({ newest: z.number(), settled: z.number(), readAt: z.number() }),
);
