import type { StartCandidate } from '../contract.ts';
import { moduleKind } from '../module-kind.ts';

/** What `cloudflare:workers` exports that leads to no binding. */
const BLIND_IMPORTS = new Set([
  'DurableObject',
  'RpcStub',
  'RpcTarget',
  'WorkerEntrypoint',
  'WorkflowEntrypoint',
  'waitUntil',
]);

const NAMED_IMPORT = /import\s*\{([^{}]*)\}\s*from\s*["']cloudflare:workers["']/g;

/**
 * Whether a script's top level could read its bindings: a service worker has them as globals, Python imports them, a
 * module gets at them through `env` of `cloudflare:workers` or `process.env`. When in doubt, yes. Where it could not,
 * whether and how the script starts depends on its code alone.
 */
export function seesBindings({ format, modules }: StartCandidate): boolean {
  if (format !== 'modules') return true;
  return modules.some(({ contentType, bytes }) => {
    const kind = moduleKind(contentType);
    if (kind === 'python') return true;
    return (kind === 'esm' || kind === 'commonjs') && codeSeesBindings(new TextDecoder().decode(bytes));
  });
}

function codeSeesBindings(code: string): boolean {
  const rest = code.replaceAll(NAMED_IMPORT, (statement, names: string) =>
    names
      .split(',')
      .map((name) => name.trim().split(/\s/, 1)[0] ?? '')
      .every((name) => name === '' || BLIND_IMPORTS.has(name))
      ? ''
      : statement,
  );
  return /cloudflare:|\bprocess\b/.test(rest);
}
