import { failure } from '../api/errors.ts';
import type { VersionDocument } from '../store/model/scripts.ts';
import { MAX_SCRIPT_BYTES } from '../rules/account/limits.ts';
import type { UploadedPart } from './form.ts';
import type { UploadMetadata } from './metadata.ts';

/** The code of an upload, checked. */
export interface UploadedCode {
  format: VersionDocument['format'];
  mainModule: string | null;
  modules: UploadedPart[];
}

const MODULE_TYPES = new Set([
  'application/javascript+module',
  'text/javascript+module',
  'application/javascript',
  'text/javascript',
  'application/wasm',
  'text/plain',
  'application/octet-stream',
  'application/json',
  'text/x-python',
  'text/x-python-requirement',
  'application/source-map',
]);

const ES_MODULE_TYPES = new Set(['application/javascript+module', 'text/javascript+module', 'text/x-python']);

/**
 * Which part is the entry, and whether the modules are of known kinds and small enough.
 * @throws 10021 without entry, 10162 for a module of unknown kind, 10027 above the size limit.
 */
export function readCode(metadata: UploadMetadata, parts: UploadedPart[]): UploadedCode {
  const { mainModule, bodyPart } = metadata;
  if (mainModule === null && bodyPart === null) {
    if (metadata.assets !== null || metadata.keepAssets)
      return { format: 'assets', mainModule: null, modules: [] };
    throw failure('invalidRequest', 'metadata must name main_module or body_part.');
  }
  if (mainModule !== null && bodyPart !== null) {
    throw failure('invalidRequest', 'metadata must not name both main_module and body_part.');
  }
  for (const part of parts) {
    if (!MODULE_TYPES.has(part.contentType)) {
      throw failure(
        'moduleType',
        `Module '${part.name}' has unsupported content type '${part.contentType}'.`,
      );
    }
  }
  const names = parts.map((part) => part.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw failure('invalidRequest', `Two modules are named '${twice}'.`);
  const entry = parts.find((part) => part.name === (mainModule ?? bodyPart));
  if (entry === undefined) {
    throw failure(
      'invalidRequest',
      `No such module: the form has no part '${mainModule ?? bodyPart ?? ''}'.`,
    );
  }
  if (mainModule !== null && !ES_MODULE_TYPES.has(entry.contentType)) {
    throw failure('invalidRequest', `The main module '${mainModule}' must be an ES module.`);
  }
  const size = parts
    .filter((part) => part.contentType !== 'application/source-map')
    .reduce((sum, part) => sum + part.bytes.byteLength, 0);
  if (size > MAX_SCRIPT_BYTES)
    throw failure('scriptTooLarge', `The script has ${size} bytes; ${MAX_SCRIPT_BYTES} are allowed.`);
  return {
    format: mainModule === null ? 'service-worker' : 'modules',
    mainModule: mainModule ?? bodyPart,
    modules: parts,
  };
}
