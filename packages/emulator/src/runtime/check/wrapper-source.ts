import type { JsonObject } from '../../json.ts';
/** Name of the module put in front of a candidate's own. Its frames are cut from stacks. */
export const WRAPPER_MODULE = '__cf_deploy_check__.js';

/** Events Cloudflare lists as handlers of a Worker or of a named export. */
const HANDLERS = ['fetch', 'scheduled', 'queue', 'email', 'tail', 'trace', 'tailStream', 'alarm', 'test'];

/** What the wrapper needs to know of the candidate. */
export interface WrapperInput {
  /** Module name of the candidate's entry. */
  mainModule: string;
  format: 'modules' | 'service-worker';
  /** Bindings with a plain value. */
  values: JsonObject;
  /** Names of all other bindings; each gets an object on which every property can be read and called. */
  standIns: string[];
}

/**
 * Source of a Worker that imports the candidate, with stand-ins for its bindings, and answers every request with what
 * the candidate exports, or with the error it threw.
 */
export function wrapperSource({ mainModule, format, values, standIns }: WrapperInput): string {
  return `import { DurableObject, WorkflowEntrypoint, WorkerEntrypoint, withEnv } from 'cloudflare:workers';
const standIn = () => new Proxy(function () {}, {
  get: (_, key) => (key === 'then' || typeof key === 'symbol' ? undefined : standIn()),
  apply: () => standIn(),
  construct: () => standIn(),
});
const env = ${JSON.stringify(values)};
for (const name of ${JSON.stringify(standIns)}) env[name] = standIn();
const known = ${JSON.stringify(HANDLERS)};
const bases = [[DurableObject, 'durable-object'], [WorkflowEntrypoint, 'workflow'], [WorkerEntrypoint, 'entrypoint']];
const isClass = (value) => typeof value === 'function' &&
  (/^class\\b/.test(Function.prototype.toString.call(value)) || Object.getOwnPropertyNames(value.prototype ?? {}).length > 1);
const handlersOf = (value) => {
  const from = isClass(value) ? value.prototype : value;
  if (from === null || (typeof from !== 'object' && typeof from !== 'function')) return [];
  return known.filter((name) => typeof from[name] === 'function');
};
const kindOf = (value) => {
  if (!isClass(value)) return value !== null && typeof value === 'object' ? 'object' : null;
  return bases.find(([base]) => value.prototype instanceof base)?.[1] ?? 'class';
};
let report;
try {
${format === 'modules' ? importModule(mainModule) : runScript(mainModule)}
} catch (error) {
  report = error instanceof Error
    ? { thrown: error.name + ': ' + error.message, stack: String(error.stack ?? '') }
    : { thrown: String(error), stack: '' };
}
export default { fetch: () => Response.json(report) };
`;
}

function importModule(mainModule: string): string {
  return `  const exported = await withEnv(env, () => import(${JSON.stringify(`./${mainModule}`)}));
  const named = [];
  for (const name of Object.keys(exported)) {
    const type = name === 'default' ? null : kindOf(exported[name]);
    if (type !== null) named.push({ name, type, handlers: handlersOf(exported[name]) });
  }
  report = { handlers: handlersOf(exported.default ?? {}), namedHandlers: named };`;
}

/** A service worker has its bindings as globals and registers its handlers. */
function runScript(mainModule: string): string {
  return `  const heard = new Set();
  Object.assign(globalThis, env);
  globalThis.addEventListener = (type) => { heard.add(type); };
  await import(${JSON.stringify(`./${mainModule}`)});
  report = { handlers: [...heard], namedHandlers: [] };`;
}
