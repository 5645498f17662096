import { fileURLToPath } from 'node:url';
import { createDouble } from '@cf-deploy/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalRuntime } from '../src/world.ts';
import { copyProject, type Project } from './support/project.ts';
import type { CliRun } from './support/run-cli.ts';
import { startLocal, type RunningLocal } from './support/running-local.ts';

/** The project this one comes from, as its owner wrote it: only the Worker's source is edited here, never a file of its. */
const ORIGIN = fileURLToPath(new URL('../../deployer/test/fixtures/origin', import.meta.url));
const SOURCE = 'apps/worker-api/src/index.ts';

/** Answers as its Workers do to whoever sends no header that names a tenant; in staging workerd runs them. */
const likeIts: LocalRuntime = ({ view, clock, random }) =>
  createDouble({
    view,
    clock,
    random,
    answer: () => Response.json({ error: 'missing tenant' }, { status: 400 }),
  });

describe.each<[string, LocalRuntime]>([
  ['staging', 'workerd'],
  ['production', likeIts],
])('the project this one comes from, in %s', (env, runtime) => {
  const all = ['--tenant=all', `--env=${env}`];
  let project: Project;
  let cloudflare: RunningLocal;
  /** The deploy with which everything here begins. */
  let begun: CliRun;

  beforeAll(async () => {
    project = await copyProject(ORIGIN, { runtime });
    cloudflare = await startLocal(project);
    begun = await project.local(['deploy', ...all]);
  }, 120_000);

  afterAll(async () => {
    await cloudflare?.stop();
    await project?.remove();
  });

  it('is valid, and --tenant=all means every tenant', async () => {
    const { exitCode, json } = await project.local(['validate', ...all]);
    expect(exitCode).toBe(0);
    expect(json.result.results.map(({ valid }: { valid: boolean }) => valid)).toEqual([true, true]);
  }, 120_000);

  it('is deployed; its health route wants a header, so how it is nobody can tell, and the hint says what would', () => {
    const { exitCode, json } = begun;
    expect({ exitCode, error: json.error }).toEqual({ exitCode: 0, error: undefined });
    expect(json.result.results).toHaveLength(2);
    for (const result of json.result.results) {
      expect(result).toMatchObject({
        status: 'deployed',
        endState: 'live',
        health: { verdict: 'inconclusive' },
      });
      expect(JSON.stringify(result.health)).toContain('healthCheck');
    }
  });

  it('has no drift then', async () => {
    const { exitCode, json } = await project.local(['drift', ...all]);
    expect(exitCode).toBe(0);
    expect(json.result.results.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'clean',
      'clean',
    ]);
  }, 120_000);

  it('is unchanged when it is deployed again', async () => {
    const { exitCode, json } = await project.local(['deploy', ...all]);
    expect(exitCode).toBe(0);
    expect(json.result.results.map(({ status }: { status: string }) => status)).toEqual([
      'unchanged',
      'unchanged',
    ]);
  }, 120_000);

  it('goes back to the version before after a change, and then differs from its files', async () => {
    const before = await project.read(SOURCE);
    try {
      await project.edit(SOURCE, 'ok: true', `ok: '${env}'`);
      const changed = await project.local(['deploy', ...all]);
      expect(changed.exitCode).toBe(0);
      for (const result of changed.json.result.results) {
        expect(result.status).toBe('deployed');
        const back = await project.local(['rollback', `--tenant=${result.tenant}`, `--env=${env}`]);
        expect(back.exitCode).toBe(0);
        expect(back.json.result).toMatchObject({
          status: 'deployed',
          endState: 'live',
          versionId: result.previousVersionId,
        });
      }
      expect((await project.local(['drift', ...all])).exitCode).toBe(2);
    } finally {
      await project.write(SOURCE, before);
    }
    expect((await project.local(['drift', ...all])).exitCode).toBe(0);
  }, 240_000);
});
