import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deployer, DeployerOptions } from '@cf-deploy/deployer';
import type { TestProject } from './project.ts';
import { toRequest } from './request.ts';

/** A runner whose process is gone. */
export const dead = (name: string) => ({ name, isAlive: () => false });

/**
 * A deployer that dies at its so-manyeth call: nothing of it happens afterwards. Whether the call itself still reached
 * the API is the weather's choice. `died` resolves when nothing of it is under way any more; `writes` are the calls it made that change something.
 */
export function mortal(
  project: TestProject,
  diesAt: number,
  arrives: boolean,
): { readonly deployer: Deployer; readonly died: Promise<void>; readonly writes: readonly string[] } {
  let calls = 0;
  const writes: string[] = [];
  const underWay: Promise<unknown>[] = [];
  let die = (): void => undefined;
  const died = new Promise<void>((resolve) => (die = resolve));
  const forever = new Promise<never>(() => undefined);
  const fetch: DeployerOptions['fetch'] = async (input, init) => {
    calls += 1;
    if (calls > diesAt) return forever;
    const request = toRequest(input, init);
    if (request.method !== 'GET') writes.push(`${request.method} ${request.url}`);
    const sent = calls < diesAt || arrives ? project.emulator.fetch(request) : Promise.resolve(null);
    underWay.push(sent);
    const last = calls === diesAt;
    const answer = await sent;
    if (calls < diesAt && answer !== null) return answer;
    // What it sent before arrives before anybody goes on.
    if (last) void Promise.allSettled(underWay).then(die);
    return forever;
  };
  // A dead process writes nothing either: whatever it would note next needs the time.
  const now = (): number => {
    if (calls >= diesAt) throw new Error('dead');
    return Date.now();
  };
  return { deployer: project.another({ fetch, now, runner: dead('one') }), died, writes };
}

/** A killed process's locks are given up at once; here the process lives on. */
export function giveUpLocks(project: TestProject): Promise<void> {
  return rm(join(project.root, '.cf-deploy', 'locks'), { recursive: true, force: true, maxRetries: 5 });
}
