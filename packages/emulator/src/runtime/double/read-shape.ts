import type { ScriptShape } from '../../store/model/scripts.ts';
import type { StartCandidate, StartFailure } from '../contract.ts';

const HANDLERS = ['fetch', 'scheduled', 'queue', 'email', 'tail'];

/**
 * What a script exports, read off its source text without running it. A text that throws in its first statement does not
 * start; anything else about starting is not seen.
 */
export function readShape(candidate: StartCandidate): (ScriptShape & { ok: true }) | StartFailure {
  const main = candidate.modules.find((module) => module.name === candidate.mainModule);
  const source = new TextDecoder().decode(main?.bytes);
  const thrown = /^\s*throw new (\w*Error)\(\s*(["'`])([^"'`\n]*)\2/.exec(source);
  if (thrown !== null) {
    const [, kind = 'Error', , text = ''] = thrown;
    return { ok: false, message: `Uncaught ${kind}: ${text}`, stack: '  at index.js:1:7' };
  }
  const handlers = HANDLERS.filter((name) => hasMember(source, name));
  const classes = new Map([...declaredClasses(source), ...listedClasses(source)]);
  const namedHandlers = [...classes].map(([name, local]) => ({
    name,
    type: isWorkflow(source, local) ? ('workflow' as const) : ('durable-object' as const),
    handlers: [],
  }));
  return { ok: true, startupTimeMs: 1, handlers, namedHandlers };
}

/** A method, or a property that holds a function. A call of a global of that name is taken for one, too. */
function hasMember(source: string, name: string): boolean {
  return new RegExp(`[\\s{,]${name}\\s{0,9}(?:\\(|:\\s{0,9}(?:async\\b|function\\b|\\())`).test(source);
}

/** The exported name of each class, with its name in the text. */
type Names = [exported: string, local: string][];

function declaredClasses(source: string): Names {
  return [...source.matchAll(/export class (\w+)/g)].map(([, name = '']) => [name, name]);
}

/** What a bundler writes: `export { Room, index_default as default }`. */
function listedClasses(source: string): Names {
  const lists = [...source.matchAll(/export\s*\{([^{}]*)\}/g)].map(([, names = '']) => names);
  return lists
    .flatMap((names) => names.split(','))
    .map((name): Names[number] => {
      const [local = '', exported = local] = name.trim().split(' as ');
      return [exported, local];
    })
    .filter(([exported]) => /^\w+$/.test(exported) && exported !== 'default');
}

function isWorkflow(source: string, local: string): boolean {
  return source.includes(`class ${local} extends WorkflowEntrypoint`);
}
