import { describe, expect, it } from 'vitest';
import { moduleRules } from './rules.ts';

const text = (glob: string, fallthrough: boolean | null) => ({
  type: 'Text' as const,
  globs: [glob],
  fallthrough,
});

describe('module rules', () => {
  it('are the defaults when there are no others', () => {
    const { rules, dropped, warnings } = moduleRules([], { python: false });
    expect(rules.map(({ type }) => type)).toEqual(['Text', 'Data', 'CompiledWasm']);
    expect([...dropped, ...warnings]).toEqual([]);
  });

  it('come before the defaults and keep them with fallthrough', () => {
    const { rules, dropped } = moduleRules([text('**/*.md', true)], { python: false });
    expect(rules.map(({ globs }) => globs[0])).toEqual(['**/*.md', '**/*.txt', '**/*.bin', '**/*.wasm']);
    expect(dropped).toEqual([]);
  });

  it('drop all later ones of their type without fallthrough, with a warning', () => {
    const { rules, dropped, warnings } = moduleRules([text('**/*.md', null), text('**/*.rst', true)], {
      python: false,
    });
    expect(rules.map(({ globs }) => globs[0])).toEqual(['**/*.md', '**/*.bin', '**/*.wasm']);
    expect(dropped.map(({ globs }) => globs[0])).toEqual(['**/*.rst', '**/*.txt']);
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toContain('default rule Text (**/*.txt, **/*.html, **/*.sql)');
  });

  it('drop them silently when they say fallthrough: false', () => {
    const { dropped, warnings } = moduleRules([text('**/*.md', false)], { python: false });
    expect(dropped).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('know Python files beside a Python entry', () => {
    expect(moduleRules([], { python: true }).rules.at(-1)).toEqual({
      type: 'PythonModule',
      globs: ['**/*.py'],
    });
  });
});
