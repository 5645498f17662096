import { isObject } from '../shapes.ts';
import { Refusal } from './refusal.ts';

/** Largest request body accepted, bytes. */
export const MAX_BODY_BYTES = 32 * 1024;

/**
 * Reads a JSON object from a request, stopping as soon as it is too large.
 * @throws Refusal 415 without a JSON content type, 413 when too large, 400 when it is not a JSON object
 */
export async function readJsonObject(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new Refusal(415, 'unsupported_media_type', 'Send application/json.');
  }
  const text = await readLimited(request);
  const value = parse(text);
  if (!isObject(value)) throw new Refusal(400, 'invalid_body', 'The body must be a JSON object.');
  return value;
}

async function readLimited(request: Request): Promise<string> {
  if (request.body === null) throw new Refusal(400, 'invalid_body', 'The body is empty.');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) {
      throw new Refusal(413, 'body_too_large', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return new Blob(chunks).text();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'invalid_body', 'The body is not valid JSON.');
  }
}
