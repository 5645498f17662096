import { failure } from '../api/errors.ts';
import { MAX_METADATA_BYTES } from '../rules/account/limits.ts';
import { isObject, parseJson } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** One file part of an upload form. */
export interface UploadedPart {
  /** The part's file name, which is its module name (`./x.wasm`); its field name when it has none. */
  name: string;
  /** MIME type without parameters. */
  contentType: string;
  bytes: Uint8Array;
}

/** A script upload: its metadata and module parts. */
export interface UploadForm {
  metadata: JsonObject;
  parts: UploadedPart[];
}

const SCRIPT_TYPES = new Set(['application/javascript', 'text/javascript']);

/**
 * Reads a script upload: a multipart form with a `metadata` part, or a bare service-worker script.
 * @throws 10001 (HTTP 415) for any other content type, 10021 when the form or its metadata cannot be read.
 */
export async function readUploadForm(request: Request): Promise<UploadForm> {
  const contentType = mimeOf(request.headers.get('content-type') ?? '');
  if (SCRIPT_TYPES.has(contentType)) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return { metadata: { body_part: 'script' }, parts: [{ name: 'script', contentType, bytes }] };
  }
  if (contentType !== 'multipart/form-data') throw failure('unsupportedContentType');
  const form = await readForm(request);
  return { metadata: await readPart(form, 'metadata'), parts: await readFiles(form, ['metadata']) };
}

/**
 * Reads a settings form: one part `settings` that holds JSON.
 * @throws 10001 for another content type, 10201 when the part is missing or not JSON.
 */
export async function readSettingsForm(request: Request): Promise<JsonObject> {
  if (mimeOf(request.headers.get('content-type') ?? '') !== 'multipart/form-data') {
    throw failure('unsupportedContentType', 'Content-Type must be multipart/form-data.');
  }
  const form = await readForm(request);
  const text = await partText(form, 'settings');
  const value = text === null ? null : parse(text);
  if (!isObject(value)) throw failure('settingsPartMissing');
  return value;
}

/** Every file of a multipart body, by field name. For asset uploads. */
export async function readFileFields(
  request: Request,
): Promise<{ field: string; type: string; bytes: Uint8Array }[]> {
  const form = await readForm(request);
  const files: { field: string; type: string; bytes: Uint8Array }[] = [];
  for (const [field, value] of form) {
    const bytes =
      typeof value === 'string' ? new TextEncoder().encode(value) : new Uint8Array(await value.arrayBuffer());
    files.push({ field, type: typeof value === 'string' ? '' : value.type, bytes });
  }
  return files;
}

async function readForm(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch {
    throw failure('invalidRequest', 'The multipart body cannot be read.');
  }
}

async function readPart(form: FormData, name: string): Promise<JsonObject> {
  const text = await partText(form, name);
  if (text === null) {
    const flattened = [...form.keys()].find((key) => key.startsWith(`${name}[`));
    const hint =
      flattened === undefined ? '' : ` (there is a part "${flattened}": it must be one part of JSON)`;
    throw failure('invalidRequest', `The form part "${name}" is missing${hint}.`);
  }
  if (Buffer.byteLength(text) > MAX_METADATA_BYTES)
    throw failure('metadataTooLarge', `The form part "${name}" exceeds 1 MB.`);
  const value = parse(text);
  if (!isObject(value)) throw failure('invalidRequest', `The form part "${name}" is not a JSON object.`);
  return value;
}

async function partText(form: FormData, name: string): Promise<string | null> {
  const value = form.get(name);
  if (value === null) return null;
  return typeof value === 'string' ? value : value.text();
}

async function readFiles(form: FormData, except: string[]): Promise<UploadedPart[]> {
  const parts: UploadedPart[] = [];
  for (const [field, value] of form) {
    if (except.includes(field)) continue;
    if (typeof value === 'string') {
      parts.push({ name: field, contentType: 'text/plain', bytes: new TextEncoder().encode(value) });
      continue;
    }
    const name = value.name === '' || value.name === 'blob' ? field : value.name;
    parts.push({ name, contentType: mimeOf(value.type), bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  return parts;
}

function mimeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function parse(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
