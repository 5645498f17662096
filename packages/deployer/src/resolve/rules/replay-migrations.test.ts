import { describe, expect, it } from 'vitest';
import { replayMigrations } from './replay-migrations.ts';

describe('replaying migrations', () => {
  it('knows which classes are alive at the end and how the others ended', () => {
    const { alive, ended, problems } = replayMigrations([
      { tag: 'v1', new_sqlite_classes: ['Counter', 'Room'] },
      { tag: 'v2', renamed_classes: [{ from: 'Counter', to: 'Tally' }], deleted_classes: ['Room'] },
      { tag: 'v3', transferred_classes: [{ from: 'Hall', from_script: 'other', to: 'Lobby' }] },
    ]);
    expect(problems).toEqual([]);
    expect([...alive].toSorted()).toEqual(['Lobby', 'Tally']);
    expect(Object.fromEntries(ended)).toEqual({
      Counter: 'renamed to Tally by migration "v2"',
      Room: 'deleted by migration "v2"',
    });
  });

  it('refuses a class that is created twice, and a tag that is used twice', () => {
    const { problems } = replayMigrations([
      { tag: 'v1', new_classes: ['A'] },
      { tag: 'v1', new_sqlite_classes: ['A'] },
    ]);
    expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'error migration-tag',
      'error migration-order',
    ]);
  });

  it('lets a class be created again after it was deleted', () => {
    const { problems, alive } = replayMigrations([
      { tag: 'v1', new_classes: ['A'] },
      { tag: 'v2', deleted_classes: ['A'] },
      { tag: 'v3', new_sqlite_classes: ['A'] },
    ]);
    expect(problems).toEqual([]);
    expect(alive.has('A')).toBe(true);
  });

  it('only warns about classes from migrations that were removed from the file', () => {
    expect(replayMigrations([{ tag: 'v9', deleted_classes: ['Old'] }]).problems).toMatchObject([
      { severity: 'warning', path: [0, 'deleted_classes', 0] },
    ]);
  });
});
