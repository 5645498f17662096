import { expect, test } from 'vitest';
import type { ScriptDocument } from '../../store/model/scripts.ts';
import { comingScripts, withComing } from './coming-scripts.ts';

const NOW = Date.parse('2026-01-01T00:01:00Z');

function script(name: string, secondsAgo: number, dispatchNamespace: string | null = null): ScriptDocument {
  const createdOn = new Date(NOW - secondsAgo * 1_000).toISOString();
  return { name, dispatchNamespace, versions: [{ id: `${name}-1`, createdOn }] } as ScriptDocument;
}

const view = {
  scripts: () => [
    script('long-ago', 60),
    script('first', 3),
    script('second', 1),
    script('namespaced', 1, 'platform'),
    script('from-the-future', -60),
    { name: 'empty', dispatchNamespace: null, versions: [] } as unknown as ScriptDocument,
  ],
};

test('a script is coming for some seconds after its newest version was made, the newest first', () => {
  const names = (namespace: string | null): string[] =>
    comingScripts(view, 'a', namespace, NOW).map(({ name, versionId }) => `${name} ${versionId}`);
  expect(names(null)).toEqual(['second second-1', 'first first-1']);
  expect(names('platform')).toEqual(['namespaced namespaced-1']);
});

test('scripts that are coming fill the room that those in use leave', () => {
  const named = (name: string) => ({ name, dispatchNamespace: null, previews: [] });
  const names = (most: number): string[] =>
    withComing(['a', 'b'].map(named), ['b', 'c', 'd', 'e'].map(named), most).map(({ name }) => name);
  expect(names(4)).toEqual(['c', 'd', 'a', 'b']);
  expect(names(1)).toEqual(['a', 'b']);
});
