/**
 * Lets Node load the TypeScript of this repository: `node --import ./scripts/testing/typescript.mjs`. Node 20 cannot, and
 * vitest's own way, a process that transforms each module for all others, took a sixth of a test run.
 */
import * as module from 'node:module';
import { load, resolve } from './typescript-hooks.mjs';

if (module.registerHooks === undefined) module.register('./typescript-hooks.mjs', import.meta.url);
else module.registerHooks({ load, resolve });

const late = new Map();

/** A late import of a module, asked for once. */
globalThis.importOnce = (from, specifier, ask) => {
  const key = `${from} ${specifier}`;
  if (!late.has(key)) late.set(key, ask());
  return late.get(key);
};
