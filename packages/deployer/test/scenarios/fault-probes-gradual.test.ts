import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { DeployResult, Deployer } from '@cf-deploy/deployer';
import type { Emulator } from '@cf-deploy/emulator';
import { check, probe as probeIn, type Ended, type Oracle } from '../support/fault-probe.ts';
import { startGradualWorld, type GradualWorld } from '../support/gradual-world.ts';

const target = { tenant: 'acme' };
/** Where a gradual deploy keeps what it knows. */
const KEPT = ['.cf-deploy', 'deployments'];
let world: GradualWorld;
let account: ReturnType<Emulator['admin']['snapshot']>;

beforeAll(async () => {
  world = await startGradualWorld({
    perSecond: 1,
    traffic: { steps: [{ percent: 30, bakeSeconds: 120 }] },
    wrangler: { no_bundle: true },
  });
  await world.paint('blue');
  await world.project.deployer.deploy(target);
  await world.paint('green');
  let pausing: Promise<unknown> = Promise.resolve();
  world.after(60, () => (pausing = world.another().pause(target)));
  await world.project.deployer.deploy({ ...target, strategy: 'gradual' });
  // Its end takes files of the store away.
  await pausing;
  account = world.project.emulator.admin.snapshot();
  for (const folder of KEPT)
    await cp(join(world.project.root, folder), join(world.project.root, 'kept', folder), { recursive: true });
});

afterAll(() => world.project.close());

type Shares = ReturnType<GradualWorld['shares']>;

async function reset(): Promise<void> {
  const { root, emulator } = world.project;
  await emulator.admin.restore(account);
  for (const folder of KEPT) {
    await rm(join(root, folder), { recursive: true, force: true });
    await cp(join(root, 'kept', folder), join(root, folder), { recursive: true });
  }
}

function probe<Result>(
  name: string,
  command: (deployer: Deployer) => Promise<Result>,
  oracle: Oracle<Result, Shares>,
): void {
  const probed = () => ({
    project: { ...world.project, another: world.another },
    reset,
    real: world.shares,
  });
  probeIn(name, probed, command, oracle);
}

/**
 * Who has the traffic is as it is told, where this colour was to get all of it, and it is rolled back to these shares.
 */
const isTrue =
  (wanted: string, back: Shares) =>
  ({ result, error, before, after, record }: Ended<DeployResult, Shares>): readonly string[] => {
    const moved = JSON.stringify(before) !== JSON.stringify(after);
    const state = result?.endState ?? record?.endState;
    const all = (colour: string): boolean => after[colour] === 100;
    return check(
      [record?.status !== 'running', 'the record says that it runs'],
      [
        result === null || record === null || record.endState === result.endState,
        'the record says something else',
      ],
      [state !== 'live' || all(wanted), 'it says live, and it has not all of the traffic'],
      [
        state !== 'rolled-back' || JSON.stringify(after) === JSON.stringify(back),
        'it says rolled back, and it is not',
      ],
      [state !== 'live-partly' || (!all('green') && !all('blue')), 'it says partly, and it is not'],
      [state !== 'untouched' || !moved, 'it says untouched, and traffic moved'],
      [result?.status !== 'deployed' || all(wanted), 'it says deployed, and it is not'],
      [result?.error?.code !== 'INTERNAL', 'it calls it a defect of its own'],
      [error === null || !moved, 'it was refused, and traffic moved'],
    );
  };

probe('promote', (deployer) => deployer.promote(target), isTrue('green', { blue: 100 }));
probe('abort', (deployer) => deployer.abort(target), isTrue('blue', { blue: 70, green: 30 }));
