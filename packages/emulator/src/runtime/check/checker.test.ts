import { afterAll, describe, expect, it } from 'vitest';
import type { StartCandidate } from '../contract.ts';
import { createChecker } from './checker.ts';

const checker = createChecker({ timeoutMs: 3_000, load: () => 0 });
afterAll(() => checker.close());

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function candidate(
  source: string,
  more: Partial<StartCandidate> & { extra?: [string, string, Uint8Array][] } = {},
): StartCandidate {
  const { extra = [], ...rest } = more;
  const modules = [['index.js', 'application/javascript+module', encode(source)] as const, ...extra];
  return {
    mainModule: 'index.js',
    format: 'modules',
    bindings: [],
    compatibilityDate: '2026-01-01',
    compatibilityFlags: [],
    modules: modules.map(([name, contentType, bytes]) => ({
      name,
      contentType,
      bytes,
      size: bytes.byteLength,
    })),
    ...rest,
  };
}

describe('a script that starts', () => {
  it('reports the handlers of the default export and the kind of each named one', async () => {
    const result = await checker.check(
      candidate(`
        import { DurableObject, WorkflowEntrypoint, WorkerEntrypoint } from 'cloudflare:workers';
        export class Room extends DurableObject { async fetch() {} async alarm() {} }
        export class Order extends WorkflowEntrypoint { async run() {} }
        class Base extends WorkerEntrypoint { async fetch() {} }
        export class Api extends Base {}
        export class Old { constructor() {} async fetch() {} }
        export const admin = { fetch() {}, queue() {} };
        export const limit = 5;
        export default { async fetch() {}, async scheduled() {}, helper() {} };
      `),
    );
    expect(result).toEqual({
      ok: true,
      startupTimeMs: expect.any(Number),
      handlers: ['fetch', 'scheduled'],
      namedHandlers: [
        { name: 'Api', type: 'entrypoint', handlers: ['fetch'] },
        { name: 'Old', type: 'class', handlers: ['fetch'] },
        { name: 'Order', type: 'workflow', handlers: [] },
        { name: 'Room', type: 'durable-object', handlers: ['fetch', 'alarm'] },
        { name: 'admin', type: 'object', handlers: ['fetch', 'queue'] },
      ],
    });
  });

  it('finds the handlers of a class as default export', async () => {
    const result = await checker.check(
      candidate(
        `import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { fetch() {} }`,
      ),
    );
    expect(result).toMatchObject({ ok: true, handlers: ['fetch'], namedHandlers: [] });
  });

  it('loads text, data, JSON, Wasm and further JavaScript modules', async () => {
    const emptyWasm = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const result = await checker.check(
      candidate(
        `import text from './a.txt'; import data from './b.bin'; import json from './c.json'; import wasm from './d.wasm';
         import { more } from './lib/more.js'; import old from './old.cjs';
         if (text !== 'hello' || data.byteLength !== 3 || json.n !== 1 || more !== 2 || old.x !== 3) throw new Error('wrong');
         if (!(wasm instanceof WebAssembly.Module)) throw new Error('not Wasm');
         export default { fetch() {} };`,
        {
          extra: [
            ['a.txt', 'text/plain', encode('hello')],
            ['b.bin', 'application/octet-stream', Uint8Array.from([1, 2, 255])],
            ['c.json', 'application/json', encode('{"n":1}')],
            ['./d.wasm', 'application/wasm', emptyWasm],
            ['lib/more.js', 'application/javascript+module', encode('export const more = 2;')],
            ['old.cjs', 'application/javascript', encode('module.exports = { x: 3 };')],
            ['index.js.map', 'application/source-map', encode('{}')],
          ],
        },
      ),
    );
    expect(result).toMatchObject({ ok: true, handlers: ['fetch'] });
  });

  it('may use its bindings at the top level', async () => {
    const result = await checker.check(
      candidate(
        `import { env } from 'cloudflare:workers';
         if (env.GREETING !== 'hi' || env.LIMITS.max !== 3) throw new Error('values missing');
         const id = env.ROOM.idFromName('x'); const kv = env.CACHE;
         export default { fetch() { return new Response(kv) } };`,
        {
          bindings: [
            { type: 'plain_text', name: 'GREETING', text: 'hi' },
            { type: 'json', name: 'LIMITS', json: { max: 3 } },
            { type: 'kv_namespace', name: 'CACHE', namespace_id: 'x' },
            { type: 'durable_object_namespace', name: 'ROOM', class_name: 'Room' },
          ],
        },
      ),
    );
    expect(result).toMatchObject({ ok: true });
  });

  it('may be a service worker with its bindings as globals', async () => {
    const source = `const hi = GREETING.length; addEventListener('fetch', (event) => event.respondWith(new Response(hi)));`;
    const made = candidate(source, {
      format: 'service-worker',
      compatibilityDate: null,
      bindings: [{ type: 'plain_text', name: 'GREETING', text: 'hi' }],
    });
    const modules = made.modules.map((module) => ({ ...module, contentType: 'application/javascript' }));
    expect(await checker.check({ ...made, modules })).toMatchObject({ ok: true, handlers: ['fetch'] });
  });

  it('may be assets alone', async () => {
    const made = candidate('', { format: 'assets', mainModule: null });
    expect(await checker.check({ ...made, modules: [] })).toMatchObject({ ok: true, handlers: [] });
  });

  it('runs with the newest behaviour when its date is newer than workerd', async () => {
    const made = candidate('export default { fetch() {} }', { compatibilityDate: '2099-01-01' });
    expect(await checker.check(made)).toMatchObject({ ok: true });
  });
});

describe('a script that does not start', () => {
  it.each([
    ['throws', `\n\n  const a = x.y;`, 'Uncaught ReferenceError: x is not defined', '  at index.js:3:13'],
    [
      'throws in a function',
      `function f() { throw new TypeError('boo') }\nf();`,
      'Uncaught TypeError: boo',
      '  at index.js:1:22 in f\n  at index.js:2:1',
    ],
    ['throws a string', `throw 'plain';`, 'Uncaught plain', null],
    [
      'does not parse',
      `export default { fetch( { }`,
      'Uncaught SyntaxError: Unexpected end of input',
      '  at index.js:1:27',
    ],
    [
      'misses a module',
      `import './nope.js';`,
      'Uncaught Error: No such module "nope.js".',
      '  imported from "index.js"',
    ],
    [
      'misses a Node.js module',
      `import 'node:fs';`,
      'Uncaught Error: No such module "node:fs".',
      '  imported from "index.js"',
    ],
    [
      'waits for ever',
      `await new Promise(() => {});`,
      'Uncaught Error: Top-level await in module is unsettled.',
      null,
    ],
  ])('%s', async (_name, source, message, stack) => {
    expect(await checker.check(candidate(source))).toEqual({ ok: false, message, stack });
  });

  it('uses the network at the top level', async () => {
    const result = await checker.check(candidate(`await fetch('http://example.com');`));
    expect(result).toMatchObject({ ok: false });
    expect(result.ok ? '' : result.message).toMatch(
      /^Uncaught Error: Disallowed operation called within global scope\./,
    );
  });

  it('imports what another module does not export', async () => {
    const extra: [string, string, Uint8Array][] = [
      ['b.js', 'application/javascript+module', encode('export const y = 1;')],
    ];
    const result = await checker.check(candidate(`import { x } from './b.js'; export default x;`, { extra }));
    expect(result).toMatchObject({
      ok: false,
      message: `Uncaught SyntaxError: The requested module './b.js' does not provide an export named 'x'`,
    });
  });

  it('names an unknown compatibility flag', async () => {
    const made = candidate('export default {}', { compatibilityFlags: ['no_such_flag'] });
    expect(await checker.check(made)).toMatchObject({
      ok: false,
      message: 'No such compatibility flag: no_such_flag',
    });
  });

  it('never ends, without harm to others checked at the same time', async () => {
    // It takes all of a processor until its time is up.
    const quick = createChecker({ timeoutMs: 1_500, load: () => 0 });
    const [stuck, fine] = await Promise.all([
      quick.check(candidate('while (true) {}')),
      quick.check(candidate('export default { fetch() {}, queue() {} }')),
    ]);
    await quick.close();
    expect(stuck).toEqual({ ok: false, message: 'Script startup exceeded CPU time limit.', stack: null });
    expect(fine).toMatchObject({ ok: true, handlers: ['fetch', 'queue'] });
  });
});
