import { expect } from 'vitest';
import { DeployError, type DriftResult, type PlanResult } from '@cf-deploy/deployer';
import type { JsonObject } from '../../src/json.ts';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';
import { startProject, type TestProject } from '../support/project.ts';
import { dashboardOf, type Dashboard } from './dashboard.ts';
import { furnish, SOURCE, TENANT } from './whole-worker.ts';

const TARGET = { tenant: 'acme' };

/** A project whose account has everything, and the ways to look at it from all sides. */
export interface Scene {
  readonly project: TestProject;
  readonly dashboard: Dashboard;
  /** The account with this file deployed; each file is deployed once and then brought back. */
  deployed(file: JsonObject): Promise<void>;
  write(file: JsonObject): Promise<void>;
  /** True where the files are refused by themselves, without asking the account. */
  isInvalid(file: JsonObject): Promise<boolean>;
  /** Drift and plan, which have to tell the same. */
  look(): Promise<Looked>;
  /** The same; null where the files are refused before anything is sent, which is right too. */
  lookUnlessRefused(): Promise<Looked | null>;
  /** Deploys what the plan said, and looks whether it is so. Gives what drift says then. */
  settle(looked: Looked): Promise<DriftResult>;
  close(): Promise<void>;
}

const REFUSALS: ReadonlySet<string> = new Set(['CONFIG_INVALID', 'RESOURCE_MISSING', 'ASSETS_INVALID']);

/** What both say. */
export interface Looked {
  readonly drift: DriftResult;
  readonly plan: PlanResult;
  /** Paths of all differences. */
  readonly paths: readonly string[];
}

export async function openScene(): Promise<Scene> {
  const project = await startProject({
    emulator: { runtime: 'double', rateLimit: null },
  });
  const { deployer, emulator } = project;
  await furnish(project);
  await project.write('tenants/acme/tenant.config.json', TENANT);
  await project.write('tenants/acme/src/index.js', SOURCE);
  await project.write('tenants/acme/public/index.html', '<h1>one</h1>');
  await project.write('tenants/acme/.env', 'API_KEY=value-of-the-key\n');
  const empty = emulator.admin.snapshot();
  const kept = new Map<string, { readonly account: typeof empty; readonly records: readonly string[] }>();
  const write = (file: JsonObject): Promise<void> => project.write('tenants/acme/wrangler.json', file);
  const scene: Scene = {
    project,
    dashboard: dashboardOf(project),
    write,
    async deployed(file) {
      await write(file);
      const key = JSON.stringify(file);
      const before = kept.get(key);
      await emulator.admin.restore(before?.account ?? empty);
      await project.keepRecords(before?.records ?? []);
      if (before !== undefined) return;
      expect(await deployer.deploy(TARGET)).toMatchObject({ status: 'deployed', endState: 'live' });
      kept.set(key, { account: emulator.admin.snapshot(), records: await project.records() });
    },
    async isInvalid(file) {
      await write(file);
      // What its code would refuse too is refused when it is looked at: bundling it for each takes longer than all else.
      return (await resolveWorker({ rootDir: project.root, ...TARGET })).worker === null;
    },
    async look() {
      const drift = await deployer.drift(TARGET);
      const plan = await deployer.plan(TARGET);
      const paths = drift.changes.map(({ path }) => path);
      // What drift cannot tell the plan does again.
      const again = drift.unknown.map(({ section }) => section);
      const told = plan.changes.map(({ path }) => path).filter((path) => !again.includes(path));
      expect(told).toEqual(drift.changes.filter((change) => change.owned).map(({ path }) => path));
      expect(plan.left.map(({ path }) => path)).toEqual(
        drift.changes.filter((change) => !change.owned).map(({ path }) => path),
      );
      return { drift, plan, paths };
    },
    async settle({ drift, plan }) {
      project.clear();
      const stops = plan.findings.find(({ severity }) => severity === 'error');
      if (stops !== undefined) {
        await expect(deployer.deploy(TARGET)).rejects.toThrow('Nothing was changed');
        expect(project.writes()).toEqual([]);
        return drift;
      }
      const result = await deployer.deploy(TARGET);
      expect(result.changes.map(({ path }) => path)).toEqual(plan.changes.map(({ path }) => path));
      expect(result.steps.map(({ kind }) => kind)).toEqual(plan.steps.map(({ kind }) => kind));
      expect(result.status).toBe(plan.action === 'none' ? 'unchanged' : 'deployed');
      if (plan.action === 'none') expect(project.writes()).toEqual([]);
      const after = await deployer.drift(TARGET);
      const left = drift.changes.filter((change) => !change.owned).map(({ path }) => path);
      expect(
        after.changes.map(({ path }) => path),
        'what a deploy leaves is said',
      ).toEqual(left);
      expect(after.outcome).toBe(left.length === 0 ? 'clean' : 'drifted');
      return after;
    },
    lookUnlessRefused: () =>
      scene.look().catch((error: unknown) => {
        if (error instanceof DeployError && REFUSALS.has(error.code)) return null;
        throw error;
      }),
    close: () => project.close(),
  };
  return scene;
}
