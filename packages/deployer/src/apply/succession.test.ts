import { expect, test } from 'vitest';
import { makeDeployment } from '../../test/support/live.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import { rightful } from './succession.ts';

/** `id run over version`, oldest first: how deployments follow each other in the list. */
function told(...lines: readonly string[]): readonly Deployment[] {
  return lines.toReversed().map((line) => {
    const [id = '', run = '', over = '', version = ''] = line.split(' ');
    const message = run === '-' ? 'by hand' : `[cf-deploy run=${run}${over === '-' ? '' : ` over=${over}`}]`;
    return makeDeployment({
      id,
      annotations: { 'workers/message': message },
      versions: [{ versionId: version, percentage: 100 }],
    });
  });
}

test.each<[string, readonly string[], string | null, string | null]>([
  ['nobody deployed since', ['base - - v0'], 'base', 'base'],
  ['nothing was ever deployed', [], null, null],
  ['one deployed', ['base - - v0', 'a A base v1'], 'base', 'a'],
  ['two replaced the same', ['base - - v0', 'a A base v1', 'b B base v2'], 'base', 'a'],
  ['one came after the first', ['base - - v0', 'a A base v1', 'c C a v2'], 'base', 'c'],
  [
    'the second gave way, and one came after that',
    ['base - - v0', 'a A base v1', 'b B base v2', 'b2 B base v1', 'c C b2 v3'],
    'base',
    'c',
  ],
  [
    'the first staged its version before',
    ['base - - v0', 'a A base v0', 'b B base v2', 'a2 A base v1'],
    'base',
    'a2',
  ],
  ['somebody deployed by hand over the first', ['base - - v0', 'a A base v1', 'd - - v0'], 'base', 'd'],
  ['an older release of the tool deployed', ['base - - v0', 'a A base v1', 'o O - v2'], 'base', 'o'],
  ['two uploaded a new Worker', ['a A none v1', 'b B none v2'], null, 'a'],
  ['the list begins later', ['b B base v2', 'c C base v3'], 'base', 'b'],
])('where %s, the traffic belongs to who came first', (_name, lines, basedOn, stands) => {
  const base = basedOn === null ? null : { id: basedOn };
  expect(rightful(told(...lines), base)?.id ?? null).toBe(stands);
});

test.each<[string, readonly string[], string]>([
  ['is whose deployment is left', ['base - - v0', 'a A base v1', 'b B base v2'], 'b'],
  ['is who was there before it where it alone deployed', ['base - - v0', 'a A base v1'], 'base'],
  [
    'is who deployed over what the run staged, whatever it deployed over that',
    ['base - - v0', 'a A base v0', 'c C a v2', 'a2 A base v1', 'a3 A base v0'],
    'c',
  ],
  [
    'is who came first of two that deployed over what the run staged',
    ['base - - v0', 'a A base v0', 'c C a v2', 'd D a v3'],
    'c',
  ],
])('without a run the owner of the traffic %s', (_name, lines, stands) => {
  expect(rightful(told(...lines), { id: 'base' }, 'A')?.id).toBe(stands);
});
