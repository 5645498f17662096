import { describe, expect, it } from 'vitest';
import { deployLines } from '../src/output/deploy.ts';
import { driftLines } from '../src/commands/drift.ts';
import { errorLines, presentError } from '../src/output/error.ts';
import { eventLine } from '../src/output/progress/event-line.ts';
import { findingLines } from '../src/output/findings.ts';
import { fleetLines } from '../src/output/fleet.ts';
import { planLines } from '../src/output/plan.ts';
import { standing } from '../src/output/release.ts';
import { statusLines } from '../src/commands/status.ts';
import { createStyle } from '../src/output/style.ts';
import { versionsLines } from '../src/commands/versions.ts';
import { DEPLOYED, DRIFTED, LIVE, PLANNED, VERSIONS } from './support/results.ts';

const output = { write: () => {}, isTerminal: false, columns: 100 };
const plain = createStyle({ color: undefined, output, env: {} });

const text = (lines: readonly string[]): string => `\n${lines.join('\n')}\n`;

describe('what people read', () => {
  it('after a deploy', () => {
    expect(text(deployLines(DEPLOYED, plain))).toMatchInlineSnapshot(`
      "
      acme (staging) api-staging
        Deployed.
        + bindings.CACHE  {"type":"kv_namespace"}
        ~ bindings.MODE.text  slow → fast
        - crons[0 0 * * *]  0 0 * * * (destructive)
        url      https://api-staging.acme.workers.dev
        version  22222222-0000-4000-8000-000000000000 (before: 11111111-0000-4000-8000-000000000000)
        health   healthy 200 in 12 ms
        record   deployments/acme-staging-1.json
        4 API calls, 1.2 s
      "
    `);
  });

  it.each([
    ['deploy', null, ['  go on:  cf-deploy resume r1', '  back:   cf-deploy rollback --release=r1']],
    ['rollback', 'r0', ['  go on:  cf-deploy rollback --release=r0']],
  ] as const)('of a %s of many whose process was killed, and how to go on', (kind, of, next) => {
    const release = {
      id: 'r1',
      kind,
      of,
      environment: null,
      status: 'interrupted' as const,
      why: 'the process that went through it is gone',
      createdAt: '2026-03-01T00:00:00.000Z',
      finishedAt: null,
      by: null,
      commit: null,
      message: null,
      targets: { done: 1, waiting: 2 },
      atGate: false,
    };
    expect(standing(release, plain)).toEqual([
      'release r1 interrupted: the process that went through it is gone; 2 targets not begun, as they were before',
      ...next,
    ]);
  });

  it('after a deploy that failed and was taken back', () => {
    const failed = {
      ...DEPLOYED,
      status: 'rolled-back' as const,
      endState: 'rolled-back' as const,
      health: { ...DEPLOYED.health, verdict: 'unhealthy' as const, message: '500 instead of 200' },
      leftovers: ['version 22222222'],
      error: {
        code: 'HEALTH_FAILED' as const,
        message: 'The new version is not healthy.',
        hint: 'Look at its log.',
      },
    };
    expect(text(deployLines(failed, plain))).toMatchInlineSnapshot(`
      "
      acme (staging) api-staging
        Failed, and the version from before is live again.
        + bindings.CACHE  {"type":"kv_namespace"}
        ~ bindings.MODE.text  slow → fast
        - crons[0 0 * * *]  0 0 * * * (destructive)
        url      https://api-staging.acme.workers.dev
        version  11111111-0000-4000-8000-000000000000
        tried    22222222-0000-4000-8000-000000000000, which has no traffic
        health   unhealthy 500 instead of 200
        left behind
          version 22222222
        record   deployments/acme-staging-1.json
        4 API calls, 1.2 s
        error HEALTH_FAILED The new version is not healthy.
        hint Look at its log.
      "
    `);
  });

  it('of a plan', () => {
    expect(text(planLines(PLANNED, plain))).toMatchInlineSnapshot(`
      "
      acme (top level) api
        It would change:
        + bindings.CACHE  {"type":"kv_namespace"}
        ~ bindings.MODE.text  slow → fast
        - crons[0 0 * * *]  0 0 * * * (destructive)
        Steps:
          1. Upload a version
          2. Replace the crons (destructive)
        not asked before it has traffic: it is switched off
        bundle 20.0 KiB, 900 B compressed, 1 module
        No way back: a Durable Object migration is in it
        1 API call spent, about 2 to deploy
      "
    `);
  });

  it('of a plan with nothing in it', () => {
    const none = { ...PLANNED, action: 'none' as const, changes: [], steps: [] };
    expect(text(planLines(none, plain))).toMatchInlineSnapshot(`
      "
      acme (top level) api
        Nothing to do: what is live is what the files say.
      "
    `);
  });

  it('of drift, with what was ignored and what could not be compared', () => {
    expect(text(driftLines(DRIFTED, plain))).toMatchInlineSnapshot(`
      "
      acme (staging) api-staging
        Drifted. A deploy would put back:
        ~ bindings.MODE.text  slow → fast
        last deployed by a@example.com from dash at 2026-11-23T10:00:00Z (version v1)
        ignored bindings.LEVEL.text (bindings.LEVEL*)
        not compared routes: the token may not read the zone
      "
    `);
  });

  it('of drift with a split, what is not declared, and one reason for several parts', () => {
    const [change] = DRIFTED.changes;
    if (change === undefined) throw new Error('a difference is needed');
    const left = { ...change, owned: false };
    const split = { ...left, section: 'version' as const, path: 'version.traffic' };
    const unknown = ['queueConsumers', 'workflows'].map((section) => ({
      section,
      why: 'no such permission',
    }));
    const drift = { ...DRIFTED, changes: [left, split], unknown, ignored: [] };
    expect(text(driftLines(drift, plain))).toMatchInlineSnapshot(`
      "
      acme (staging) api-staging
        Drifted.
        Split, which a deploy refuses without --take-over-split:
        ~ version.traffic  slow → fast
        Not declared, so a deploy leaves it:
        ~ bindings.MODE.text  slow → fast
        last deployed by a@example.com from dash at 2026-11-23T10:00:00Z (version v1)
        not compared queueConsumers, workflows: no such permission
      "
    `);
  });

  it('of the status of a fleet', async () => {
    const missing = { ...LIVE, tenant: 'umbrella', exists: false, deployment: null, lastRecord: null };
    expect(text(await statusLines([LIVE, missing], plain))).toMatchInlineSnapshot(`
      "
      tenant    environment  worker       live          since                 by             health   last record
      acme      staging      api-staging  22222222      2026-11-23T10:00:00Z  a@example.com  healthy  deployed
      umbrella  staging      api-staging  not deployed  –                     –              healthy  –
      "
    `);
  });

  it('of versions', async () => {
    expect(text(await versionsLines(VERSIONS, plain))).toMatchInlineSnapshot(`
      "
      acme (staging) api-staging
      live   #  version                               created               by             commit    tag  message
      100 %  2  22222222-0000-4000-8000-000000000000  2026-11-23T10:00:00Z  a@example.com  abcdef01  –    second
             1  11111111-0000-4000-8000-000000000000  2026-11-22T10:00:00Z  –              –         v1
        no way back to #1: a migration since
      "
    `);
  });

  it('of a fleet', () => {
    const fleet = {
      environment: 'staging',
      results: [
        { ...DEPLOYED, status: 'unchanged' as const },
        { ...DEPLOYED, tenant: 'umbrella' },
      ],
      summary: { deployed: 1, unchanged: 1, failed: 0 },
      calls: 7,
      durationMs: 2500,
      record: 'deployments/deploy-all-staging-1.json',
    };
    expect(text(fleetLines(fleet, plain, deployLines))).toMatchInlineSnapshot(`
      "
      acme (staging) api-staging
        Unchanged: nothing was uploaded.
        url      https://api-staging.acme.workers.dev
        version  22222222-0000-4000-8000-000000000000 (before: 11111111-0000-4000-8000-000000000000)
        health   healthy 200 in 12 ms
        record   deployments/acme-staging-1.json
        4 API calls, 1.2 s

      umbrella (staging) api-staging
        Deployed.
        + bindings.CACHE  {"type":"kv_namespace"}
        ~ bindings.MODE.text  slow → fast
        - crons[0 0 * * *]  0 0 * * * (destructive)
        url      https://api-staging.acme.workers.dev
        version  22222222-0000-4000-8000-000000000000 (before: 11111111-0000-4000-8000-000000000000)
        health   healthy 200 in 12 ms
        record   deployments/acme-staging-1.json
        4 API calls, 1.2 s

      2 tenants: 1 deployed, 1 unchanged
      7 API calls, 2.5 s
      record deployments/deploy-all-staging-1.json
      "
    `);
  });

  it('of many plans that are the same but for the names: one, and whose it is', () => {
    const plans = Array.from({ length: 200 }, (_, index) => ({
      ...PLANNED,
      tenant: `tenant-${index}`,
      scriptName: `api-tenant-${index}`,
      url: `https://api-tenant-${index}.acme.workers.dev`,
      calls: { spent: index % 3, estimated: 2 },
    }));
    const other = { ...PLANNED, tenant: 'other', steps: PLANNED.steps.slice(1) };
    const fleet = {
      environment: null,
      results: [...plans, other],
      summary: { update: 201 },
      calls: 201,
      durationMs: 1,
      record: null,
    };
    const lines = fleetLines(fleet, plain, planLines);
    expect(lines.length).toBeLessThan(60);
    expect(lines[0]).toMatch(/^200 tenants: tenant-0, tenant-1, /);
    expect(lines.join(' ')).toContain('tenant-199');
    expect(lines.filter((line) => line.includes('Upload a version'))).toHaveLength(1);
    expect(lines).toContain('other (top level) api');
  });

  it('of a fleet of which some were not come to: they are counted', () => {
    const fleet = {
      environment: null,
      results: [PLANNED],
      summary: { failed: 1, skipped: 2 },
      calls: 1,
      durationMs: 1,
      record: null,
    };
    expect(fleetLines(fleet, plain, planLines)).toContain('3 tenants: 1 failed, 2 skipped');
  });

  it('of one compile error of the shared code of three tenants: once', () => {
    const error = { code: 'BUNDLE_FAILED' as const, message: 'src/index.ts:3:1 Unexpected "}"' };
    const failed = ['a-one', 'b-two', 'c-three'].map((tenant) => ({
      tenant,
      worker: null,
      environment: 'staging',
      error,
    }));
    const fleet = {
      environment: 'staging',
      results: failed,
      summary: { failed: 3 },
      calls: 0,
      durationMs: 1,
      record: null,
    };
    const lines = fleetLines(fleet, plain, planLines);
    expect(lines.filter((line) => line.includes('Unexpected'))).toHaveLength(1);
    expect(lines.slice(0, 3)).toEqual(['a-one (staging)', 'b-two (staging)', 'c-three (staging)']);
  });

  it.each([80, 120])('of status and versions in %i columns: no line is wider', async (columns) => {
    const terminal = createStyle({
      color: false,
      output: { ...output, isTerminal: true, columns },
      env: {},
    });
    const long = {
      ...LIVE,
      tenant: 'a-tenant-with-a-long-name-eu',
      scriptName: 'the-worker-of-a-tenant-with-a-long-name-production',
      environment: 'production',
      deployment: { ...LIVE.deployment, author: 'somebody.with.a.long.name@example.com' },
    } as typeof LIVE;
    const lines = [
      ...(await statusLines([LIVE, long], terminal)),
      ...(await versionsLines(VERSIONS, terminal)),
      ...deployLines(DEPLOYED, terminal),
    ];
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    const all = lines.join('\n');
    for (const needed of ['22222222', 'healthy', 'production', '100 %', 'abcdef01'])
      expect(all).toContain(needed);
  });

  it('of an error whose only finding is its message: once', () => {
    const finding = {
      severity: 'error' as const,
      code: 'environment-unknown',
      path: 'env',
      place: { file: 'tenants/acme/wrangler.jsonc', line: 7, column: 3 },
      message: 'tenants/acme/wrangler.jsonc has no environment "nope".',
      hint: 'Environments are: dev, staging.',
    };
    const json = {
      code: 'ENVIRONMENT_UNKNOWN',
      message: `The configuration of acme has errors: tenants/acme/wrangler.jsonc:7:3 ${finding.message}`,
      hint: finding.hint,
      details: { findings: [finding] },
    };
    expect(text(errorLines({ exitCode: 3, json }, plain))).toMatchInlineSnapshot(`
      "
      error ENVIRONMENT_UNKNOWN The configuration of acme has errors.

      error tenants/acme/wrangler.jsonc:7:3 environment-unknown
        tenants/acme/wrangler.jsonc has no environment "nope".
        hint Environments are: dev, staging.
      "
    `);
  });

  it('of a run that left a part behind: no version is called live that was not read', () => {
    const partly = { ...DEPLOYED, status: 'failed' as const, endState: 'live-partly' as const };
    expect(text(deployLines(partly, plain))).toContain('tried    22222222-0000-4000-8000-000000000000');
    expect(text(deployLines({ ...partly, endState: 'unknown' }, plain))).not.toMatch(/^ {2}version/m);
  });

  it('of a finding, with its line', () => {
    const finding = {
      severity: 'error' as const,
      code: 'unknown-field',
      path: 'workers_dve',
      place: { file: 'tenants/acme/wrangler.jsonc', line: 7, column: 3 },
      message: 'There is no field `workers_dve`.',
      hint: 'Did you mean `workers_dev`?',
      frame: '7 |   "workers_dve": true,\n  |   ^^^^^^^^^^^^^',
    };
    expect(text(findingLines(finding, plain))).toMatchInlineSnapshot(`
      "
      error tenants/acme/wrangler.jsonc:7:3 unknown-field
        There is no field \`workers_dve\`.
        7 |   "workers_dve": true,
          |   ^^^^^^^^^^^^^
        hint Did you mean \`workers_dev\`?
      "
    `);
  });

  it('of an error nobody foresaw: no stack, and what to do', () => {
    expect(text(errorLines(presentError(new RangeError('boom')), plain))).toMatchInlineSnapshot(`
      "
      error INTERNAL Something unforeseen went wrong: boom
      hint This is a defect of cf-deploy. Run again with --log-level=debug and report what it says.
      "
    `);
  });

  it('while it runs: one line for a step done, none for a stage', () => {
    const step = {
      type: 'step',
      tenant: 'acme',
      step: 'promote',
      message: 'Send all traffic to it',
    } as const;
    expect(eventLine({ ...step, status: 'done' }, plain)).toBe('acme ✓ Send all traffic to it');
    expect(eventLine({ ...step, status: 'reverted' }, plain)).toBe('acme ↩ Send all traffic to it');
    expect(eventLine({ ...step, status: 'started' }, plain)).toBeNull();
    expect(eventLine({ type: 'stage', tenant: 'acme', stage: 'plan' }, plain)).toBeNull();
    expect(eventLine({ type: 'waiting', tenant: null, ms: 1500, why: 'API budget' }, plain)).toBe(
      '· waiting 1.5 s: API budget',
    );
  });
});

describe('colours', () => {
  const terminal = { ...output, isTerminal: true };
  const colored = (options: { color?: boolean; env?: Record<string, string>; terminal?: boolean }): boolean =>
    createStyle({
      color: options.color,
      output: options.terminal === false ? output : terminal,
      env: options.env ?? {},
    }).color;

  it('are on for a terminal only, unless forced', () => {
    expect(colored({})).toBe(true);
    expect(colored({ terminal: false })).toBe(false);
    expect(colored({ terminal: false, env: { FORCE_COLOR: '1' } })).toBe(true);
  });

  it('are off with --no-color, NO_COLOR and a dumb terminal', () => {
    expect(colored({ color: false })).toBe(false);
    expect(colored({ env: { NO_COLOR: '1' } })).toBe(false);
    expect(colored({ env: { TERM: 'dumb' } })).toBe(false);
    expect(colored({ env: { NO_COLOR: '1', FORCE_COLOR: '1' } })).toBe(false);
  });
});
