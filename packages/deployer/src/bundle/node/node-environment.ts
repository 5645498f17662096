import { createRequire } from 'node:module';
import { getCloudflarePreset } from '@cloudflare/unenv-preset';
import { madeLate } from '../../made-late.ts';

/** Late: finding where the library is takes 5 ms. */
const resolveOwn = madeLate(() => createRequire(import.meta.url));

/** What stands for Node.js in the bundle, for one compatibility date and set of flags. */
export interface NodeEnvironment {
  /** Import specifier → absolute file, or the name of a module the runtime has. */
  readonly alias: ReadonlyMap<string, NodeAlias>;
  /** Globals to assign, by the module that provides them. */
  readonly globals: readonly NodeGlobals[];
  /** Absolute files run first for their effect. */
  readonly polyfills: readonly string[];
}

/** Where an import of a Node.js or shimmed name goes. */
export interface NodeAlias {
  readonly target: string;
  /** The runtime has it. */
  readonly native: boolean;
  /** An npm shim or a mock, which `require` must see as CommonJS. */
  readonly shim: boolean;
}

/** Globals assigned from the exports of one module. */
export interface NodeGlobals {
  readonly specifier: string;
  readonly names: readonly { readonly global: string; readonly exported: string }[];
}

/**
 * The Node.js environment of workerd at a date: what is native stays native, the rest comes from unenv with Cloudflare's
 * preset. The npm shim of `debug` is left out, so that the package itself is used.
 */
export async function nodeEnvironment(
  compatibilityDate: string,
  compatibilityFlags: readonly string[],
): Promise<NodeEnvironment> {
  // Loaded here: most Workers need no polyfills.
  const { defineEnv } = await import('unenv');
  const preset = getCloudflarePreset({ compatibilityDate, compatibilityFlags: [...compatibilityFlags] });
  const { env } = defineEnv({ presets: [preset], npmShims: true });
  const native = new Set(env.external);
  const alias = new Map<string, NodeAlias>();
  for (const [specifier, target] of Object.entries(env.alias)) {
    if (specifier === 'debug') continue;
    const isNative = native.has(target);
    const resolved = isNative ? target : resolveTarget(target);
    if (resolved === null) continue;
    alias.set(specifier, { target: resolved, native: isNative, shim: /^unenv\/(npm|mock)\//.test(target) });
  }
  return {
    alias,
    globals: globalsOf(env.inject),
    polyfills: env.polyfill.map((specifier) => resolveOwn().resolve(specifier)),
  };
}

/** Null for what this machine's packages do not have: such an import then resolves like any other. */
function resolveTarget(target: string): string | null {
  try {
    return resolveOwn().resolve(target);
  } catch {
    return null;
  }
}

function globalsOf(inject: Readonly<Record<string, string | readonly string[]>>): NodeGlobals[] {
  const bySpecifier = new Map<string, { global: string; exported: string }[]>();
  for (const [global, source] of Object.entries(inject)) {
    const [specifier, exported = 'default'] = typeof source === 'string' ? [source] : source;
    if (specifier === undefined) continue;
    const names = bySpecifier.get(specifier) ?? [];
    names.push({ global, exported });
    bySpecifier.set(specifier, names);
  }
  return [...bySpecifier].map(([specifier, names]) => ({ specifier, names }));
}
