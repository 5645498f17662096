import { describe, expect, it } from 'vitest';
import { BINDING_MODULES, bindingModule, BINDINGS } from './registry.ts';

describe('the registry of bindings', () => {
  it('knows each type under one kind only', () => {
    const types = BINDING_MODULES.flatMap((module) => module.types);
    expect(new Set(types).size).toBe(types.length);
    for (const type of types) expect(bindingModule(type)?.types).toContain(type);
  });

  it('lists each kind under one of its types', () => {
    const misplaced = Object.entries(BINDINGS).filter(
      ([key, module]) => key !== 'unsafe' && !(module.types as readonly string[]).includes(key),
    );
    expect(misplaced).toEqual([]);
  });

  it('gives every kind a place of its own in the upload and every section one kind', () => {
    const twice = <T>(all: readonly T[]): readonly T[] => all.filter((one, at) => all.indexOf(one) !== at);
    expect(twice(BINDING_MODULES.map(({ order }) => order)), 'take another order').toEqual([]);
    const sections = BINDING_MODULES.flatMap(({ section }) => section ?? []);
    expect(twice(sections), 'another kind has that section').toEqual([]);
  });

  it('has a schema for every section', () => {
    for (const { section, schema } of BINDING_MODULES) expect(section === null).toBe(schema === null);
  });

  it('does not know what the API may add tomorrow', () => {
    expect(bindingModule('future_kind')).toBeUndefined();
    expect(bindingModule('__proto__')).toBeUndefined();
  });
});
