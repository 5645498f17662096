import type { Assumptions } from '../../api/assumptions.ts';
import { assumed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { isObject } from '../../json.ts';
import type { Json } from '../../json.ts';

/** Longest value of each annotation a client may set, in bytes. Source: the upload operations' schemas. */
const LIMITS: Record<string, number> = {
  'workers/message': 1000,
  'workers/tag': 100,
  'workers/alias': 63,
  'workers/commit_sha': 64,
  'workers/pull_request_number': 20,
  'workers/pull_request_title': 512,
  'workers/pull_request_url': 512,
  'workers/repository_url': 512,
};

const VERSION_ONLY = new Set(
  Object.keys(LIMITS).filter((key) => key !== 'workers/message' && key !== 'workers/tag'),
);

/** What becomes of an annotation that is too long. */
export const LONG_ANNOTATION_REFUSED = assumed(
  'long-annotation-refused',
  'Any other annotation that is too long: 10021.',
  'It is cut like the message.',
);

/**
 * Annotations of an upload or deployment. The message is cut at 1,000 bytes, everything else too long is refused.
 * @param target `deployment` knows the message only; `version` everything.
 * @throws 10021 for an unknown key, a value that is not text, or one that is too long.
 */
export function readAnnotations(
  value: Json | undefined,
  target: 'version' | 'deployment',
  scriptName: string,
  assumptions: Assumptions,
): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw failure('invalidRequest', 'annotations must be an object.');
  const annotations: Record<string, string> = {};
  for (const [key, text] of Object.entries(value)) {
    const limit = Object.hasOwn(LIMITS, key) ? LIMITS[key] : undefined;
    if (limit === undefined || (target === 'deployment' && VERSION_ONLY.has(key))) {
      throw failure('invalidRequest', `Annotation ${JSON.stringify(key)} is not known.`);
    }
    if (typeof text !== 'string') throw failure('invalidRequest', `Annotation ${key} must be a string.`);
    const cuts = key === 'workers/message' || !assumptions.hold(LONG_ANNOTATION_REFUSED);
    annotations[key] = cuts ? cut(text, limit) : text;
    if (Buffer.byteLength(annotations[key]) > limit) {
      throw failure('invalidRequest', `Annotation ${key} is longer than ${limit} bytes.`);
    }
  }
  checkAlias(annotations['workers/alias'], scriptName);
  return annotations;
}

function checkAlias(alias: string | undefined, scriptName: string): void {
  if (alias === undefined) return;
  if (!/^[a-z](?:[a-z0-9-]*[a-z0-9])?$/.test(alias) || alias.length + 1 + scriptName.length > 63) {
    throw failure('invalidRequest', `Preview alias ${JSON.stringify(alias)} is invalid.`);
  }
}

function cut(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  return new TextDecoder().decode(encoded.subarray(0, bytes)).replace(/\uFFFD$/, '');
}
