import { describe, expect, it } from 'vitest';
import { makeBundle } from '../../../test/support/worker.ts';
import { changeKind, changePath } from '../change.ts';
import { compareCode } from './code-content.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const bundle = (
  modules: Readonly<Record<string, string>>,
  format: 'modules' | 'service-worker' = 'modules',
) =>
  makeBundle({
    format,
    modules: Object.entries(modules).map(([name, text]) => ({
      name,
      contentType: 'application/javascript+module',
      bytes: bytes(text),
    })),
  });

describe('compareCode', () => {
  it('finds nothing when the modules are the same, in any order', async () => {
    const live = [
      { name: 'b.txt', bytes: bytes('b') },
      { name: 'index.js', bytes: bytes('a') },
    ];
    expect(await compareCode(bundle({ 'index.js': 'a', 'b.txt': 'b' }), live)).toEqual({
      changes: [],
      notices: [],
    });
  });

  it('names modules changed, missing and foreign, without their content', async () => {
    const live = [
      { name: 'index.js', bytes: bytes('edited') },
      { name: 'extra.js', bytes: bytes('x') },
    ];
    const { changes } = await compareCode(bundle({ 'index.js': 'a', 'b.txt': 'b' }), live);
    expect(changes.map((change) => `${changeKind(change)} ${changePath(change)}`)).toEqual([
      'added code[b.txt]',
      'removed code[extra.js]',
      'changed code[index.js]',
    ]);
    expect(JSON.stringify(changes)).not.toContain('edited');
    expect(changes[2]?.actual).toMatch(/^6 bytes, sha256 [0-9a-f]{16}$/);
  });

  it('takes the one script of service-worker syntax for the entry, and says what does not come back', async () => {
    const built = bundle({ 'index.js': 'a', TEXT: 'text' }, 'service-worker');
    const { changes, notices } = await compareCode(built, [{ name: '', bytes: bytes('a') }]);
    expect(changes).toEqual([]);
    expect(notices.join()).toContain('1 bound files');
  });

  it('takes a script that differs in comments only for the same, and says so', async () => {
    const ours = '// ../src/index.js\nexport default { a: 1 };\n';
    const theirs = '// src/index.js\nexport default {a: 1};\n//# sourceMappingURL=index.js.map\n';
    const found = await compareCode(bundle({ 'index.js': ours }), [
      { name: 'index.js', bytes: bytes(theirs) },
    ]);
    expect(found).toEqual({ changes: [], notices: ['code[index.js] is the same but for comments'] });
    const other = [{ name: 'index.js', bytes: bytes('export default { a: 2 };') }];
    expect((await compareCode(bundle({ 'index.js': ours }), other)).changes).toHaveLength(1);
  });

  it('compares what is no script as it is', async () => {
    const live = [{ name: 'index.js', bytes: bytes('no ( script // at all') }];
    const { changes, notices } = await compareCode(bundle({ 'index.js': 'no ( script // of ours' }), live);
    expect([changes.length, notices]).toEqual([1, []]);
  });
});
