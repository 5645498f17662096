import { failure } from '../api/errors.ts';
import type { Call } from '../api/endpoint.ts';
import type { ScriptShape } from '../store/model/scripts.ts';
import type { StartCandidate } from '../runtime/contract.ts';
import type { UploadedCode } from './modules.ts';

/**
 * Starts the code in the runtime.
 * @throws 10021 when it does not start, 10068 when it handles nothing.
 */
export async function startScript(
  call: Call,
  candidate: Pick<UploadedCode, 'format' | 'mainModule' | 'modules'> &
    Pick<StartCandidate, 'bindings' | 'compatibilityDate' | 'compatibilityFlags'>,
): Promise<ScriptShape> {
  if (candidate.format === 'assets') return { startupTimeMs: 0, handlers: [], namedHandlers: [] };
  const { modules, ...rest } = candidate;
  const started = await call.runtime.check({
    ...rest,
    modules: modules.map((module) => ({
      name: module.name,
      contentType: module.contentType,
      size: module.bytes.byteLength,
      bytes: module.bytes,
    })),
  });
  if (!started.ok) {
    throw failure('invalidRequest', started.message + (started.stack === null ? '' : `\n${started.stack}`));
  }
  if (started.handlers.length === 0 && started.namedHandlers.length === 0) throw failure('noHandlers');
  return {
    startupTimeMs: started.startupTimeMs,
    handlers: started.handlers,
    namedHandlers: started.namedHandlers,
  };
}

/** Names of the class exports that extend the Durable Object base class. */
export function durableObjectClassesOf(shape: ScriptShape): string[] {
  return shape.namedHandlers.filter(({ type }) => type === 'durable-object').map(({ name }) => name);
}

/** Names of the class exports of a script. */
export function classesOf(shape: ScriptShape): string[] {
  return shape.namedHandlers.filter((named) => named.type !== 'object').map((named) => named.name);
}
