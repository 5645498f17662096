import { describe, expect, it } from 'vitest';
import { deployCommand } from './commands/deploy.ts';
import { driftCommand } from './commands/drift.ts';
import { statusCommand } from './commands/status.ts';
import { validateCommand } from './commands/validate.ts';
import type { ErrorCode } from './error-codes.ts';
import { DeployError } from './errors.ts';
import { exitStatus } from './exit-status.ts';
import type { ReleaseRun } from './releases/release-run.ts';

const failed = (code: ErrorCode) => ({
  tenant: 'acme',
  worker: null,
  environment: null,
  error: new DeployError(code, 'what happened').toJSON(),
});
const deployed = {
  ...deployCommand.failed(failed('USAGE')),
  status: 'deployed',
  endState: 'live',
  error: null,
} as const;
const clean = { ...driftCommand.failed(failed('USAGE')), outcome: 'clean', error: null } as const;
const drifted = { ...clean, outcome: 'drifted', drifted: true } as const;
const unknown = { ...clean, outcome: 'unknown', unknown: [{ section: 'crons', why: 'no answer' }] } as const;
const status = { ...statusCommand.failed(failed('USAGE')), error: null };

describe('the exit status of a deploy', () => {
  it.each([
    ['0 when all went well', [deployed], 0],
    ['that of the only failure', [deployCommand.failed(failed('CREDENTIALS_MISSING'))], 4],
    [
      'that of all failures when it is the same',
      [failed('USAGE'), failed('CONFIG_INVALID')].map(deployCommand.failed),
      3,
    ],
    [
      '1 for failures of different kinds',
      [failed('USAGE'), failed('CREDENTIALS_MISSING')].map(deployCommand.failed),
      1,
    ],
    ['1 when something was sent for another', [deployed, deployCommand.failed(failed('USAGE'))], 1],
    ['1 after going back', [{ ...deployed, status: 'rolled-back', endState: 'rolled-back' } as const], 1],
    ['1 when the record could not be finished', [{ ...deployed, recordError: 'disk full' }], 1],
  ])('is %s', (_what, results, expected) => {
    expect(exitStatus('deploy', results)).toBe(expected);
  });
});

describe('the exit status of a drift', () => {
  it.each([
    ['0 when nothing differs', [clean], 0],
    ['2 when one differs, whatever is not known of others', [unknown, drifted], 2],
    ['1 when something could not be compared', [clean, unknown], 1],
    [
      'that of a failure before that of differences',
      [drifted, driftCommand.failed(failed('PERMISSION_DENIED'))],
      4,
    ],
  ])('is %s', (_what, results, expected) => {
    expect(exitStatus('drift', results)).toBe(expected);
  });

  it('is 0 for differences that do not count', () => {
    expect(exitStatus('drift', [drifted], { differences: false })).toBe(0);
  });
});

describe('the exit status of a look', () => {
  it.each([
    ['unhealthy', 1],
    ['inconclusive', 0],
    ['healthy', 0],
  ] as const)('at a Worker that is %s is %i', (verdict, expected) => {
    expect(exitStatus('status', [{ ...status, health: { ...status.health, verdict } }])).toBe(expected);
  });

  it('at files with errors is 3', () => {
    expect(exitStatus('validate', [validateCommand.failed(failed('TENANT_UNKNOWN'))])).toBe(3);
  });

  it.each([
    ['a check without a code', [null], 1],
    ['a token', ['CREDENTIALS_INVALID'], 4],
    ['files and a token', ['CONFIG_INVALID', 'CREDENTIALS_INVALID'], 1],
  ] as const)('at what fails for %s is as documented', (_what, codes, expected) => {
    const checks = codes.map(
      (code) => ({ name: 'x', status: 'failed', message: '', code, hint: null }) as const,
    );
    expect(exitStatus('doctor', [{ checks, ok: false }])).toBe(expected);
  });
});

describe('the exit status of a release', () => {
  const run = (standing: NonNullable<ReleaseRun['release']>['status'], atGate: boolean): ReleaseRun => ({
    environment: null,
    results: [deployed],
    summary: { deployed: 1 },
    calls: 0,
    durationMs: 0,
    record: null,
    releaseId: 'r1',
    budget: { skippedBySweep: 0, notLookedAt: [], estimatedCalls: 0, estimatedSeconds: 0, calls: 0 },
    release: {
      id: 'r1',
      kind: 'deploy',
      environment: null,
      status: standing,
      why: null,
      createdAt: '2026-11-27T00:00:00.000Z',
      finishedAt: null,
      by: null,
      commit: null,
      message: null,
      of: null,
      targets: {},
      atGate,
    },
  });

  it.each([
    ['0 at its end', run('done', false), 0],
    ['0 at a gate', run('paused', true), 0],
    ['1 where it stopped short', run('paused', false), 1],
    ['1 without its record', { ...run('done', false), recordError: 'disk full' }, 1],
    ['0 where there was nothing to do', { ...run('done', false), release: null, results: [] }, 0],
    ['that of its targets', { ...run('failed', false), results: [deployCommand.failed(failed('USAGE'))] }, 3],
  ])('is %s', (_what, result, expected) => {
    expect(exitStatus('release', [result])).toBe(expected);
  });
});
