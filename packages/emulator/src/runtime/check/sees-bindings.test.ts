import { expect, it } from 'vitest';
import { seesBindings } from './sees-bindings.ts';

const script = (code: string, contentType = 'application/javascript+module', format = 'modules') =>
  ({
    mainModule: 'index.js',
    format,
    bindings: [],
    compatibilityDate: '2026-01-01',
    compatibilityFlags: [],
    modules: [{ name: 'index.js', contentType, size: code.length, bytes: new TextEncoder().encode(code) }],
  }) as Parameters<typeof seesBindings>[0];

it.each([
  ['a plain module', 'export default { fetch: (request, env) => new Response(env.NAME) };'],
  [
    'a class',
    'import { DurableObject as Base } from "cloudflare:workers"; export class Room extends Base {}',
  ],
  ['a minified class', 'import{DurableObject as a,WorkerEntrypoint}from"cloudflare:workers";export{a}'],
])('%s does not see its bindings while it starts', (_what, code) => {
  expect(seesBindings(script(code))).toBe(false);
});

it.each([
  ['an import of env', 'import { env } from "cloudflare:workers"; if (env.MODE === "x") throw 1;'],
  ['env among others', 'import { DurableObject, env as e } from "cloudflare:workers";'],
  ['a namespace import', 'import * as workers from "cloudflare:workers";'],
  ['a dynamic import', 'const { env } = await import("cloudflare:workers");'],
  ['process.env', 'if (process.env.MODE === "x") throw 1;'],
  ['an import of process', 'import { env } from "node:process";'],
])('%s sees them', (_what, code) => {
  expect(seesBindings(script(code))).toBe(true);
});

it('service workers and Python see them always', () => {
  expect(seesBindings(script('1', 'application/javascript', 'service-worker'))).toBe(true);
  expect(seesBindings(script('1', 'text/x-python'))).toBe(true);
});

it('a text module may say anything', () => {
  expect(seesBindings(script('process', 'text/plain'))).toBe(false);
});
