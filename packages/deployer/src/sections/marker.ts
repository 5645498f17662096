import { hash } from 'node:crypto';
import { stableJson } from './canonical.ts';

/**
 * What a version says about itself. The API takes only its own annotation keys, so the marker travels at the end of
 * `workers/message` (at most 1,000 bytes; a longer message of the user is cut, the marker never):
 *
 *     Release 42 [cf-deploy code=… config=… assets=… run=…]
 */
export interface Marker {
  /** Digest of the code, shortened; null for an assets-only Worker. */
  readonly code: string | null;
  /** Digest of the versioned configuration, shortened. */
  readonly config: string;
  /** Digest of the static assets, shortened; null without assets. */
  readonly assets: string | null;
  /** Of a deployment: digest of the trigger values as set that the API never gives back, shortened. */
  readonly triggers?: string;
  /** The run that uploaded it: tells after a lost answer whether it was us. */
  readonly run: string;
  /** Of a deployment: the one it was made to replace, as {@link deploymentName} says; tells who of two came first. */
  readonly over?: string;
  /** Commit it was made from. Script uploads know no annotation for it; version uploads have one of their own. */
  readonly commit?: string;
  /** Digest of the upload as it is kept, so that it can be uploaded again; absent when it is not. */
  readonly artifact?: string;
  /** How many service bindings it lacks, because it is the first upload of a Worker that others wait for. */
  readonly lacks?: string;
  /** The version whose code a rollback uploaded again as this one. */
  readonly back?: string;
  /** Whose Worker it is, as {@link ownerName} says: another tenant or environment does not replace it. */
  readonly of?: string;
  /** Which project it belongs to, as its `name` or its repository says: accounts are shared by projects. */
  readonly project?: string;
}

/** A target as the marker names the owner of a Worker: `acme`, `acme@staging`, `acme/api@staging`. */
export function ownerName(target: {
  readonly tenant: string;
  readonly worker: string | null;
  readonly environment: string | null;
}): string {
  const { tenant, worker, environment } = target;
  const name = worker === null ? tenant : `${tenant}/${worker}`;
  return environment === null ? name : `${name}@${encodeURIComponent(environment)}`;
}

/** A deployment as markers name it. */
export function deploymentName(deployment: { readonly id: string } | null): string {
  return deployment === null ? 'none' : deployment.id.slice(0, 8);
}

/** Its fields, in the order in which they are written. */
const FIELDS = [
  'code',
  'config',
  'assets',
  'triggers',
  'artifact',
  'lacks',
  'back',
  'run',
  'over',
  'commit',
  'of',
  'project',
] as const satisfies readonly (keyof Marker)[];

/** Longest `workers/message`, bytes. */
const MESSAGE_BYTES = 1_000;
/** Hex digits of a digest kept. */
const DIGITS = 32;

/** Its white space begins where none is before it, so that a run of it is looked at once. */
const TRAILER = /(?<!\s)\s*\[cf-deploy((?: [a-z]+=[^\s\]]+)+)\]$/;

/** A digest as markers carry it. */
export function shortDigest(digest: string): string {
  return digest.slice(0, DIGITS);
}

/** Digest of any JSON value, as markers carry it. */
export function digestOf(value: object): string {
  return shortDigest(hash('sha256', stableJson(value)));
}

/** Message with marker, within the API's limit. */
export function messageWithMarker(message: string | undefined, marker: Partial<Marker>): string {
  const fields = FIELDS.flatMap((key) => {
    const value = marker[key];
    return value === undefined || value === null ? [] : [` ${key}=${value}`];
  });
  const trailer = `[cf-deploy${fields.join('')}]`;
  const text = cut(message ?? '', MESSAGE_BYTES - trailer.length - 1);
  return text === '' ? trailer : `${text} ${trailer}`;
}

/** The marker of a version or deployment, or null when it has none or a broken one. */
export function readMarker(annotations: Readonly<Record<string, string>>): Partial<Marker> | null {
  const fields = TRAILER.exec(annotations['workers/message'] ?? '')?.[1];
  if (fields === undefined) return null;
  const entries = new Map(
    fields
      .trim()
      .split(' ')
      .map((field) => field.split('=', 2) as [string, string]),
  );
  const marker: { -readonly [Field in keyof Marker]?: Marker[Field] } = { assets: null };
  for (const field of FIELDS) {
    const value = entries.get(field);
    if (value !== undefined) marker[field] = value;
  }
  return marker;
}

/** Whether it is a first upload that lacks bindings: there is nothing in it to go back to. */
export function isFirstOfTwo(annotations: Readonly<Record<string, string>>): boolean {
  return readMarker(annotations)?.lacks !== undefined;
}

/**
 * The annotations of an upload that leaves these bindings out. Its configuration is not the one of the files, so that what
 * follows uploads it again, whatever rule leaves the bindings to others.
 */
export function lackingAnnotations(
  annotations: Readonly<Record<string, string>>,
  bindings: readonly string[],
): Readonly<Record<string, string>> {
  const marker = readMarker(annotations) ?? {};
  const lacking = {
    ...marker,
    config: digestOf({ config: marker.config ?? null, without: bindings }),
    lacks: String(bindings.length),
  };
  return {
    ...annotations,
    'workers/message': messageWithMarker(userMessage(annotations) ?? undefined, lacking),
  };
}

/** The commit a version was made from: its annotation, else its marker's; null when neither says. */
export function commitOf(annotations: Readonly<Record<string, string>>): string | null {
  return annotations['workers/commit_sha'] ?? readMarker(annotations)?.commit ?? null;
}

/**
 * Whether somebody uploaded code to make it. Other ways (a secret, a setting, going back) keep the assets, and do not
 * touch what is no part of a version. Source: values of `workers/triggered_by`.
 */
export function wasUploaded(annotations: Readonly<Record<string, string>>): boolean {
  return ['upload', 'version_upload'].includes(annotations['workers/triggered_by'] ?? '');
}

/** What the user wrote, without the marker; null when nothing. */
export function userMessage(annotations: Readonly<Record<string, string>>): string | null {
  const text = (annotations['workers/message'] ?? '').replace(TRAILER, '');
  return text === '' ? null : text;
}

function cut(text: string, bytes: number): string {
  const encoded = Buffer.from(text, 'utf8');
  if (encoded.byteLength <= bytes) return text;
  return encoded
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/(?<!\uFFFD)\uFFFD+$/, '');
}
