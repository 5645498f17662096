import { describe, expect, it } from 'vitest';
import type { Bundle } from '../bundle/bundle.ts';
import { diffCodeContent } from './code-diff.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const bundle = (modules: Readonly<Record<string, string>>): Bundle =>
  ({
    mainModule: 'index.js',
    modules: Object.entries(modules).map(([name, text]) => ({ name, bytes: bytes(text) })),
  }) as unknown as Bundle;

describe('diffCodeContent', () => {
  it('finds nothing when the modules are the same, in any order', () => {
    const live = [
      { name: 'b.txt', bytes: bytes('b') },
      { name: 'index.js', bytes: bytes('a') },
    ];
    expect(diffCodeContent(bundle({ 'index.js': 'a', 'b.txt': 'b' }), live)).toEqual([]);
  });

  it('names modules changed, missing and foreign, without their content', () => {
    const live = [
      { name: 'index.js', bytes: bytes('edited') },
      { name: 'extra.js', bytes: bytes('x') },
    ];
    const changes = diffCodeContent(bundle({ 'index.js': 'a', 'b.txt': 'b' }), live);
    expect(changes.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'added code[b.txt]',
      'removed code[extra.js]',
      'changed code[index.js]',
    ]);
    expect(JSON.stringify(changes)).not.toContain('edited');
    expect(changes[2]?.actual).toMatch(/^6 bytes, sha256 [0-9a-f]{16}$/);
  });

  it('takes the one script of service-worker syntax for the entry', () => {
    expect(diffCodeContent(bundle({ 'index.js': 'a' }), [{ name: '', bytes: bytes('a') }])).toEqual([]);
  });
});
