import { expect, test } from 'vitest';
import { DeployError } from '../errors.ts';
import { firstUploads } from './first-uploads.ts';
import type { FleetMember, MemberFacts } from './selection/fleet-target.ts';

const member = (target: string, needs: MemberFacts['needs'] = []): FleetMember =>
  ({
    target,
    tenant: target,
    worker: null,
    errors: [],
    facts: { script: `x ${target}`, isBound: true, needs },
  }) as never;
const soft = (name: string) => ({ script: `x ${name}`, soft: true });
const hard = (name: string) => ({ script: `x ${name}`, soft: false });

/** `a` and `early` need `b`, which begins the circle and itself needs `base` before. Opening one is refused, and noted. */
function uploads() {
  const opened: string[] = [];
  const [early, a, base] = [member('early', [soft('b')]), member('a', [soft('b')]), member('base')];
  const b = member('b', [soft('a'), hard('base')]);
  const later = member('later', [soft('b')]);
  const firsts = firstUploads({
    members: [early, a, b, later, base],
    begun: new Set([b, base]),
    open: async ({ target }) => {
      opened.push(target);
      throw new DeployError('API_REFUSED', `${target} is not opened`, {});
    },
    asked: () => ({}),
  });
  return { firsts, opened };
}

test.each([
  ['early', ['b']],
  ['a', ['b']],
  ['b', ['base']],
  ['later', []],
  ['base', []],
  ['nobody', []],
])('%s waits for the first uploads of what it needs and what comes only after it: %j', (target, scripts) => {
  expect([...uploads().firsts.scripts(target)]).toEqual(scripts);
});

test('they are made before those that wait, what they need themselves first, and each once', async () => {
  const { firsts, opened } = uploads();
  await expect(firsts.before('a')).rejects.toThrow('base is not opened');
  await expect(firsts.before('early')).rejects.toThrow('base is not opened');
  expect(opened).toEqual(['base']);
  await firsts.before('later');
  expect(opened).toEqual(['base']);
});

test('of those that failed there is nothing to tell', async () => {
  const { firsts } = uploads();
  await firsts.before('a').catch(() => undefined);
  expect([firsts.of('b'), firsts.results()]).toEqual([null, new Map()]);
});
