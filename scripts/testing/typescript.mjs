/**
 * Lets Node load the TypeScript of this repository: `node --import ./scripts/testing/typescript.mjs`. Node 20 cannot, and
 * vitest's own way, a process that transforms each module for all others, took a sixth of a test run.
 */
import * as module from 'node:module';

const HOOKS = './typescript-hooks.mjs';

// Where they run in a thread of their own, this one need not load them.
if (module.registerHooks === undefined) {
  module.register(HOOKS, import.meta.url);
} else {
  const { load, resolve } = await import(HOOKS);
  module.registerHooks({ load, resolve });
}

const late = new Map();

/** A late import of a module, asked for once. */
globalThis.importOnce = (from, specifier, ask) => {
  const key = `${from} ${specifier}`;
  if (!late.has(key)) late.set(key, ask());
  return late.get(key);
};
