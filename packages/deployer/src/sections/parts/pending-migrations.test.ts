import { expect, test } from 'vitest';
import { destroyedClasses, isUnknownTag, pendingMigrations } from './pending-migrations.ts';

const ALL = [
  { tag: 'v1', new_sqlite_classes: ['A'] },
  { tag: 'v2', new_sqlite_classes: ['B'] },
  { tag: 'v3', deleted_classes: ['A'] },
];

test.each([
  [
    null,
    {
      new_tag: 'v3',
      steps: [{ new_sqlite_classes: ['A'] }, { new_sqlite_classes: ['B'] }, { deleted_classes: ['A'] }],
    },
  ],
  [
    'v1',
    { old_tag: 'v1', new_tag: 'v3', steps: [{ new_sqlite_classes: ['B'] }, { deleted_classes: ['A'] }] },
  ],
  ['v3', null],
])('at live tag %s the pending steps are those after it', (tag, expected) => {
  expect(pendingMigrations(ALL, tag)).toEqual(expected);
});

test('at a tag the file does not know, everything is sent on top of it', () => {
  expect(pendingMigrations(ALL, 'gone')).toMatchObject({ old_tag: 'gone', steps: { length: 3 } });
  expect(isUnknownTag(ALL, 'gone')).toBe(true);
  expect(isUnknownTag(ALL, 'v2')).toBe(false);
});

test('without migrations nothing is pending', () => {
  expect(pendingMigrations([], null)).toBeNull();
  expect(pendingMigrations([], 'v1')).toBeNull();
});

test('classes that pending steps destroy are named', () => {
  expect(destroyedClasses(pendingMigrations(ALL, 'v2'))).toEqual(['A']);
  expect(destroyedClasses(null)).toEqual([]);
});
